package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.Unavailable;
import stowage.base.Time;
import stowage.http.HttpServer;
import stowage.http.Listener;

/** The stock aws CLI signs, is let in or not, and reads what it is told. */
class StockCliTest {
  @TempDir Path folder;

  @Test
  void theStockCliIsLetInByItsSecretAndReadsRefusals() throws Exception {
    var api =
        new AwsApi(
            () -> {
              throw new Unavailable("no region here", null);
            },
            List.of(Recorded.KEYS),
            Time.SYSTEM);
    try (var server =
        new HttpServer(api, AwsApi::refusal).listen(new Listener.Loopback("127.0.0.1", 0))) {
      server.start();
      String url = "http://127.0.0.1:" + server.addresses().getFirst().getPort();
      assertThat(aws(url, "wrong", "ec2", "describe-volumes"))
          .contains("(SignatureDoesNotMatch) when calling the DescribeVolumes operation");
      assertThat(
              aws(
                  url,
                  "secret",
                  "ec2",
                  "create-volume",
                  "--availability-zone=a",
                  "--outpost-arn=x"))
          .contains("(UnsupportedOperation)", "outpostArn is not supported");
      String snapshot = "snap-0123456789abcdef0";
      assertThat(
              aws(
                  url,
                  "secret",
                  "ebs",
                  "get-snapshot-block",
                  "--snapshot-id",
                  snapshot,
                  "--block-index",
                  "0",
                  "--block-token",
                  "*",
                  "out"))
          .contains("(ValidationException)", "The token is not one of ours");
    }
  }

  private String aws(String url, String secret, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("/usr/bin/aws", "--endpoint-url", url));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("AWS_ACCESS_KEY_ID", Recorded.KEYS.accessKeyId());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", secret);
    builder.environment().put("AWS_DEFAULT_REGION", "sim-1");
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String told = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(told).isEqualTo(254);
    return told;
  }
}
