package stowage.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.StowageException;

class ImageConfigTest {
  private static final Digest A = Digest.of(new byte[] {1});
  private static final Digest B = Digest.of(new byte[] {2});

  private static final String JSON =
      """
      {"architecture":"amd64","os":"linux","created":"2024-05-01T10:00:00.5+02:00","author":"me",
       "moby.buildkit.x":"kept","config":{"Env":["A=b","C=d=e"],"Cmd":["sh","-c","x"],
       "Entrypoint":"one word","WorkingDir":"/w","User":"u:g","Volumes":{"/z":{},"/a":{}},
       "ExposedPorts":{"80/tcp":{}},"Labels":{"l":"1"},"StopSignal":"SIGINT","Unknown":[1],
       "Healthcheck":{"Test":["CMD","true"],"Interval":1000000000,"Retries":3},"OnBuild":null},
       "rootfs":{"type":"layers","diff_ids":["%s"]},
       "history":[{"created":"2024-05-01T08:00:00Z","created_by":"RUN x"},
                  {"created_by":"CMD y","empty_layer":true}]}
      """
          .formatted(A);

  private final ImageConfig config = ImageConfig.parse(JSON.getBytes(UTF_8));

  @Test
  void allOfItIsSeenAndTheBytesAreKept() {
    assertThat(config.bytes()).isEqualTo(JSON.getBytes(UTF_8));
    assertThat(config.digest()).isEqualTo(Digest.of(JSON.getBytes(UTF_8)));
    assertThat(config.platform()).isEqualTo(new Platform("linux", "amd64", ""));
    assertThat(config.created()).contains(Instant.parse("2024-05-01T08:00:00.5Z"));
    assertThat(config.diffIds()).containsExactly(A);
    assertThat(config.history()).hasSize(2);
    assertThat(config.history().get(1).emptyLayer()).isTrue();
    assertThat(config.entrypoint()).containsExactly("one word");
    assertThat(config.command()).containsExactly("sh", "-c", "x");
    assertThat(config.environment()).containsExactly("A=b", "C=d=e");
    assertThat(config.workingDirectory()).isEqualTo("/w");
    assertThat(config.user()).isEqualTo("u:g");
    assertThat(config.volumes()).containsExactly("/z", "/a");
    assertThat(config.exposedPorts()).containsExactly("80/tcp");
    assertThat(config.labels()).containsEntry("l", "1");
    assertThat(config.stopSignal()).isEqualTo("SIGINT");
    assertThat(config.healthcheck().orElseThrow().retries()).isEqualTo(3);
    assertThat(config.shell()).isEmpty();
  }

  @Test
  void anEditKeepsWhatItDoesNotKnow() {
    var time = Instant.parse("2025-01-02T03:04:05Z");
    var step = new ImageConfig.History(Optional.of(time), "sh", "you", "commit", false);
    var next = config.with(step, Optional.of(B)).withConfig(Map.of("Cmd", List.of("y")));
    assertThat(next.diffIds()).containsExactly(A, B);
    assertThat(next.history()).hasSize(3);
    assertThat(next.history().getLast()).isEqualTo(step);
    assertThat(next.created()).contains(time);
    assertThat(next.author()).isEqualTo("you");
    assertThat(next.command()).containsExactly("y");
    assertThat(next.json().string("moby.buildkit.x")).contains("kept");
    assertThat(next.digest()).isNotEqualTo(config.digest());
    assertThat(config.withFields(Map.of()).diffIds()).isEqualTo(config.diffIds());
  }

  @Test
  void aBlankOneHasNoLayers() {
    var blank = ImageConfig.blank(Platform.host(), Instant.EPOCH);
    assertThat(blank.diffIds()).isEmpty();
    assertThat(blank.command()).isEmpty();
    assertThat(blank.platform()).isEqualTo(Platform.host());
  }

  @Test
  void whatIsNoConfigIsRefused() {
    for (String bad :
        List.of(
            "{}",
            "{\"rootfs\":{\"type\":\"layers+base\"}}",
            "{\"rootfs\":{\"diff_ids\":[\"sha256:x\"]}}",
            "{\"rootfs\":{\"diff_ids\":\"x\"}}",
            "{\"rootfs\":{},\"created\":\"yesterday\"}",
            "{\"rootfs\":{},\"config\":{\"Env\":[1]}}",
            "{\"rootfs\":{},\"config\":{\"Labels\":{\"a\":1}}}",
            "{\"rootfs\":{},\"config\":[]}",
            "{\"rootfs\":{},\"history\":[1]}",
            "null")) {
      assertThatThrownBy(() -> ImageConfig.parse(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(StowageException.Corrupt.class);
    }
    assertThat(
            ImageConfig.parse("{\"rootfs\":{\"diff_ids\":null},\"config\":null}".getBytes(UTF_8))
                .diffIds())
        .isEmpty();
  }
}
