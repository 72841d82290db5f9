package stowage.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.aws.Credentials;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.http.Handler;

/** The port of the EC2 and EBS APIs. */
class AwsServerTest {
  private static final Handler HELLO = (_, response) -> response.send("hello".getBytes(UTF_8));

  @TempDir Path folder;

  private static Settings settings(String... flags) {
    return Settings.read(List.of(flags), Map.of());
  }

  private static AwsServer start(String address) {
    return AwsServer.start(settings("--aws-listen", address), HELLO, (_, _) -> "no");
  }

  private static String get(String uri) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(uri)).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  @Test
  void itIsOffWhenSaid() {
    try (var none = start("")) {
      assertThat(none.told()).isEqualTo("off");
    }
  }

  @Test
  void port0IsAFreeOneAndTold() throws Exception {
    try (var one = start("127.0.0.1:0");
        var two = start("127.0.0.1:0")) {
      assertThat(one.told()).matches("http://127.0.0.1:[1-9]\\d+").isNotEqualTo(two.told());
      assertThat(get(two.told() + "/")).isEqualTo("hello");
    }
  }

  @Test
  void aPortThatIsTakenIsToldAndKeepsNobodyFromStarting() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var late = start("127.0.0.1:" + other.getLocalPort())) {
      assertThat(late.told()).isEqualTo("none: 127.0.0.1:%d is taken", other.getLocalPort());
    }
  }

  @Test
  void otherHostsNeverReachIt() {
    assertThatThrownBy(() -> start("0.0.0.0:0")).isInstanceOf(InvalidArgument.class);
    assertThatThrownBy(() -> start("nowhere")).isInstanceOf(InvalidArgument.class);
    assertThatThrownBy(() -> start("127.0.0.1:70000")).isInstanceOf(InvalidArgument.class);
    assertThatThrownBy(() -> start("no.such.host.invalid:1")).isInstanceOf(Failed.class);
  }

  private Path file(String mode, String content) throws IOException {
    var file = Files.createTempFile(folder, "keys", "");
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void keysComeFromAFileThatIsNobodyElses() throws IOException {
    assertThat(AwsServer.credentials(settings())).isEmpty();
    var keys = file("rw-------", "# mine\nAKIA1 s3cret/+\n\nAKIA2  other\n");
    assertThat(AwsServer.credentials(settings("--aws-credentials", keys.toString())))
        .isEqualTo(
            List.of(new Credentials("AKIA1", "s3cret/+"), new Credentials("AKIA2", "other")));
    for (var wrong :
        List.of(
            file("rw-r--r--", "AKIA1 s\n"),
            file("rw-------", "# none\n"),
            file("rw-------", "AKIA1\n"),
            folder.resolve("absent"))) {
      assertThatThrownBy(
              () -> AwsServer.credentials(settings("--aws-credentials", wrong.toString())))
          .isInstanceOf(InvalidArgument.class)
          .hasMessageContaining(wrong.toString());
    }
  }
}
