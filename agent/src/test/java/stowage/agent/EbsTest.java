package stowage.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.InvalidArgument;
import stowage.http.HttpCall;
import stowage.http.HttpClient;

/** The region of an agent, and an agent that has none. */
class EbsTest {
  @TempDir Path folder;

  private Settings settings(String... more) {
    var words = new ArrayList<String>();
    words.addAll(List.of("--root", folder + "/root", "--run", folder + "/run", "--aws-listen="));
    words.addAll(List.of(more));
    return Settings.read(words, Map.of());
  }

  @Test
  void anAgentThatIsNotAskedOpensNothing() throws IOException {
    try (var agent = new Agent(settings())) {
      var client = HttpClient.unix(folder.resolve("run/docker.sock"));
      for (var target : List.of("/v1.50/info", "/v1.50/volumes", "/v1.50/system/df")) {
        try (var reply = client.send(HttpCall.get(target))) {
          assertThat(reply.status()).isEqualTo(200);
          reply.bytes();
        }
      }
      try (var root = Files.list(folder.resolve("root"))) {
        assertThat(root.map(f -> f.getFileName().toString()))
            .doesNotContain("region.db", "chunks", "keys", "zones", "ebs");
      }
      assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().equals("ebs"));
      assertThat(agent).isNotNull();
    }
  }

  @Test
  void theZoneIsOneOfTheRegions() {
    assertThat(Ebs.zoneNames(settings("--region", "eu"))).containsExactly("eu-a", "eu-b", "eu-c");
    assertThat(Ebs.zoneNames(settings("--zones", "x, y"))).containsExactly("x", "y");
    assertThatThrownBy(() -> new Agent(settings("--zone", "mars-a")))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining("local-a, local-b, local-c");
    assertThatThrownBy(() -> new Agent(settings("--region", "eu")))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining("got 'local-a', want one of the zones [eu-a");
    for (var wrong : List.of("--instance=me", "--attach=usb", "--aws-listen=7801")) {
      assertThatThrownBy(() -> new Agent(settings(wrong))).isInstanceOf(InvalidArgument.class);
    }
    // Whoever was refused holds nothing.
    new Agent(settings("--region", "eu", "--zone", "eu-b")).close();
  }
}
