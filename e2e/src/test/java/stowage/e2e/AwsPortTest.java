package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Two agents of a machine that are told the same port for the EC2 API. */
class AwsPortTest {
  @Test
  void whoComesLaterWarnsAndDoesWithout() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    var address = "127.0.0.1:" + port;
    try (var first = TestAgent.start("--aws-listen", address);
        var second = TestAgent.start("--aws-listen", address)) {
      assertThat(Files.readString(first.log())).contains("aws.listening address=" + address);
      assertThat(Files.readString(second.log()))
          .contains("WARNING aws.port.taken address=" + address)
          .contains("--aws-listen HOST:PORT");
      assertThat(first.docker("info").ok().out()).contains("EBS endpoint: http://" + address);
      assertThat(second.docker("info").ok().out()).contains("EBS endpoint: none: " + address);
    }
  }
}
