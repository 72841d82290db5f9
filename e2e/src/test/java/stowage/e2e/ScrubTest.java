package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stowage.e2e.Archives.Made;

/**
 * "A layer file damaged on disk is found by {@code stowage system check} and repaired from its
 * source or reported with the images it hurts." One bit is flipped, anywhere.
 */
class ScrubTest {
  private static final int FLIPS = Integer.getInteger("flips", 24);
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Random random = new Random(SEED);
  private TestAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.start();
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
  }

  private Path file(Made image, String suffix) {
    return agent.root.resolve("layers/sha256/" + image.diffIds().getFirst().hex() + suffix);
  }

  private void flip(Path path) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      long at = (long) (random.nextDouble() * file.length());
      file.seek(at);
      int was = file.read();
      file.seek(at);
      file.write(was ^ 1 << random.nextInt(8));
    }
  }

  private List<Made> load(int count) {
    var images = new ArrayList<Made>();
    for (int n = 0; n < count; n++) {
      var image = Archives.image("rot" + n + ":1", List.of(Archives.layer(random, 6, 40_000)));
      agent.docker(image.archive(), "load", "-q").ok();
      images.add(image);
    }
    return images;
  }

  @Test
  void everyFlippedBitIsFoundNamedAndHealedByLoadingAgain() throws IOException {
    var images = load(FLIPS);
    for (var image : images) {
      flip(file(image, ".tar"));
    }
    var check = agent.stowage("system", "check");
    assertThat(check.exit()).as(check.toString()).isEqualTo(1);
    for (var image : images) {
      assertThat(check.out() + check.err())
          .as("seed %d", SEED)
          .contains(image.diffIds().getFirst().toString())
          .contains(image.name());
    }
    for (var image : images) {
      agent.docker(image.archive(), "load", "-q").ok();
    }
    assertThat(agent.stowage("system", "check").ok().exit()).isZero();
    for (var image : images) {
      assertThat(Files.readAllBytes(file(image, ".tar"))).isEqualTo(image.layers().getFirst());
    }
  }

  @Test
  void anIndexWithAFlippedBitIsRebuiltAsItWas() throws IOException {
    var images = load(FLIPS);
    var before = new TreeMap<String, byte[]>();
    for (var image : images) {
      before.put(image.name(), Files.readAllBytes(file(image, ".erofs")));
      flip(file(image, ".erofs"));
    }
    agent.stowage("system", "check").ok();
    for (var image : images) {
      assertThat(Files.readAllBytes(file(image, ".erofs")))
          .as("seed %d", SEED)
          .isEqualTo(before.get(image.name()));
    }
  }

  @Test
  void whatCameFromARegistryIsFetchedFromThereAgain() throws IOException {
    try (var registry = new StaticRegistry()) {
      var image = Archives.image("pulled", List.of(Archives.layer(random, 6, 40_000)));
      agent.docker("pull", "-q", registry.serve("pulled", image)).ok();
      flip(file(image, ".tar"));
      agent.stowage("system", "check").ok();
      assertThat(Files.readAllBytes(file(image, ".tar"))).isEqualTo(image.layers().getFirst());
    }
  }
}
