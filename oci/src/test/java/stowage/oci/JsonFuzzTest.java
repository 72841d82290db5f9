package stowage.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.base.StowageException;

/** Documents and names with bytes changed: read, or refused in our own words. */
class JsonFuzzTest {
  private static final int MUTANTS = 8_000;
  private static final String[] TELLING =
      {"\"", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e999", "0.1", "\\u0000", "\\",
        "\\ud800", "99999999999999999999", "\"\"", "{}", "[]", "sha256:", " ", "\n", "/", "@"};

  private final long seed = Seeds.seed();
  private final Random random = Seeds.random(seed);

  private byte[] mutate(byte[] sound) {
    byte[] mutant = sound;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(mutant.length + 1);
      int end = Math.min(mutant.length, at + random.nextInt(random.nextInt(10) == 0 ? 60 : 3));
      byte[] put =
          random.nextBoolean()
              ? TELLING[random.nextInt(TELLING.length)].getBytes(UTF_8)
              : new byte[] {(byte) random.nextInt(256)};
      byte[] next = Arrays.copyOf(mutant, mutant.length - (end - at) + put.length);
      System.arraycopy(put, 0, next, at, put.length);
      System.arraycopy(mutant, end, next, at + put.length, mutant.length - end);
      mutant = next.length == 0 ? sound : next;
    }
    return mutant;
  }

  private void fuzz(byte[] sound, Consumer<byte[]> reader) {
    reader.accept(sound);
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(sound);
      Throwable thrown = catchThrowable(() -> reader.accept(mutant));
      if (thrown != null) {
        assertThat(thrown)
            .as("seed %d mutant %d: %s", seed, i, new String(mutant, UTF_8))
            .isInstanceOf(StowageException.class);
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void manifestsAndIndexes() {
    var descriptor =
        new Descriptor(
            MediaTypes.OCI_LAYER_GZIP, Digest.of(new byte[0]), 1,
            Optional.of(new Platform("linux", "arm64", "v8")), Map.of("a", "b"));
    fuzz(
        new Manifest(MediaTypes.OCI_MANIFEST, descriptor, List.of(descriptor), Map.of()).json(),
        json -> Document.parse(json, Optional.empty()));
    fuzz(
        new Index(MediaTypes.OCI_INDEX, List.of(descriptor, descriptor), Map.of()).json(),
        json -> {
          if (Document.parse(json, Optional.empty()) instanceof Index index) {
            index.select(Platform.host());
          }
        });
  }

  @Test
  void configs() {
    var config =
        ImageConfig.blank(Platform.host(), Instant.EPOCH)
            .withConfig(
                Map.of(
                    "Env", List.of("A=b"), "Cmd", List.of("x"), "Volumes", Map.of("/v", Map.of()),
                    "Labels", Map.of("l", "1"),
                    "Healthcheck", Map.of("Test", List.of("CMD", "x"), "Interval", 5L)))
            .with(
                new ImageConfig.History(Optional.of(Instant.EPOCH), "a", "b", "c", false),
                Optional.of(Digest.of(new byte[0])));
    fuzz(config.bytes(), json -> ImageConfig.parse(json).withFields(Map.of()));
  }

  @Test
  void seccompProfiles() {
    byte[] json = Json.bytes(Seccomp.profile(Set.of(), "amd64"));
    fuzz(Arrays.copyOfRange(json, 0, json.length), j -> Seccomp.profile(j, Set.of(), "amd64"));
  }

  @Test
  void namesAndPlatforms() {
    fuzz(
        ("localhost:5000/a/b_c:t.1@" + Digest.of(new byte[0])).getBytes(UTF_8),
        name -> {
          var text = new String(name, UTF_8);
          var reference = Reference.parse(text);
          assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
          assertThat(Reference.parse(reference.familiar())).isEqualTo(reference);
        });
    fuzz("linux/arm64/v8".getBytes(UTF_8), name -> Platform.parse(new String(name, UTF_8)).runs());
  }
}
