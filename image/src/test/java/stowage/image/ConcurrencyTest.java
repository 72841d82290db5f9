package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;

/** Many threads at once: nothing is lost, nothing is left, nothing is fetched twice. */
final class ConcurrencyTest {
  private static final int THREADS = 64;

  @TempDir Path folder;
  private Host host;

  @BeforeEach
  void open() {
    host = new Host(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private static void all(List<Callable<Void>> work) throws InterruptedException {
    try (var threads = Executors.newFixedThreadPool(work.size())) {
      for (var done : threads.invokeAll(work)) {
        try {
          done.get();
        } catch (ExecutionException e) {
          throw new AssertionError(e.getCause());
        }
      }
    }
  }

  @Test
  void layersManyPullsWantAreFetchedOnce() throws IOException, InterruptedException {
    try (var registry = new ScriptedRegistry()) {
      var shared = SampleImage.of(1, 3, 100_000);
      int names = 16;
      for (int i = 0; i < names; i++) {
        shared.into(registry, "t/x" + i, "1");
      }
      var barrier = new CyclicBarrier(names);
      var work = new ArrayList<Callable<Void>>();
      for (int i = 0; i < names; i++) {
        var name = registry.host() + "/t/x" + i + ":1";
        work.add(
            () -> {
              barrier.await();
              host.images.pull(name, Optional.empty(), RegistryAuth.NONE, Progress.NONE);
              return null;
            });
      }
      all(work);
      for (var blob : shared.blobs) {
        assertThat(registry.count("/blobs/" + Digest.of(blob))).isEqualTo(1);
      }
      assertThat(host.images.require(shared.id().toString()).tags()).hasSize(names);
      host.images.remove(shared.id().toString(), true, true, UsedBy.NOBODY);
      assertThat(host.isEmpty()).as("%s", host.files()).isTrue();
    }
  }

  /** Images that share layers come and go under a few names, on all sides at once. */
  @Test
  void pullsLoadsTagsAndRemovalsInAnyOrderKeepTheStoreWhole() throws Exception {
    long seed = Long.getLong("seed", 20_261_123L);
    var tars =
        IntStream.range(0, 6)
            .mapToObj(i -> SampleImage.tar("f" + i, SampleImage.random(i, 3000)))
            .toList();
    var images = new ArrayList<SampleImage>();
    for (int i = 0; i < 6; i++) {
      images.add(
          SampleImage.of(
              List.of(tars.get(i), tars.get((i + 1) % 6), tars.get((i + 2) % 6)), "linux"));
    }
    try (var registry = new ScriptedRegistry()) {
      for (int i = 0; i < images.size(); i++) {
        images.get(i).into(registry, "t/" + i, "1");
      }
      var work = new ArrayList<Callable<Void>>();
      for (int thread = 0; thread < THREADS; thread++) {
        var random = new Random(seed + thread);
        work.add(
            () -> {
              for (int i = 0; i < 12; i++) {
                act(random, images, registry);
              }
              return null;
            });
      }
      all(work);
    }
    requireWhole(images, seed);
    var before = host.files();
    host.close();
    host = new Host(folder);
    assertThat(host.files()).as("seed %d: after a restart", seed).isEqualTo(before);
    requireWhole(images, seed);
    for (var image : host.images.list()) {
      host.images.remove(image.id().toString(), true, true, UsedBy.NOBODY);
    }
    assertThat(host.isEmpty()).as("seed %d: %s", seed, host.files()).isTrue();
  }

  private void act(Random random, List<SampleImage> images, ScriptedRegistry registry) {
    int which = random.nextInt(images.size());
    var image = images.get(which);
    String name = "n" + random.nextInt(4) + ":1";
    try {
      switch (random.nextInt(6)) {
        case 0 -> host.load(SampleArchive.docker(image, random.nextBoolean(), name));
        case 1 -> host.pull(registry.host() + "/t/" + which + ":1");
        case 2 -> host.images.tag(image.id().toString(), name);
        case 3 -> host.images.remove(name, random.nextBoolean(), true, UsedBy.NOBODY);
        case 4 -> host.images.remove(image.id().toString(), true, true, UsedBy.NOBODY);
        default -> host.images.prune(Map.of(), UsedBy.NOBODY);
      }
    } catch (StowageException.NotFound | StowageException.InUse gone) {
      assertThat(gone.getMessage()).containsAnyOf("No such image", "conflict");
    }
  }

  /** Every image has its layers, every layer its image, every name one image. */
  private void requireWhole(List<SampleImage> known, long seed) {
    var layers = new java.util.TreeSet<Digest>();
    var names = new ArrayList<String>();
    for (var image : host.images.list()) {
      assertThat(known).anyMatch(k -> k.id().equals(image.id()));
      layers.addAll(image.diffIds());
      names.addAll(image.tags());
      names.addAll(image.repoDigests());
    }
    assertThat(names).as("seed %d", seed).doesNotHaveDuplicates();
    assertThat(host.layers.list().stream().map(layer -> layer.diffId()))
        .as("seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(layers);
    assertThat(host.layers.check(List.of(), Optional.empty(), Progress.NONE).damaged()).isEmpty();
    assertThat(host.blobs.list())
        .hasSizeLessThanOrEqualTo(2 * host.images.list().size());
  }

  @Test
  void aPullGoesOnWhenTheOneItWaitedForFails() throws Exception {
    var image = SampleImage.of(3, 1, 200_000);
    try (var bad = new ScriptedRegistry();
        var good = new ScriptedRegistry()) {
      image.into(bad, "t/x", "1");
      image.into(good, "t/x", "1");
      var reached = new java.util.concurrent.CountDownLatch(1);
      var goOn = new java.util.concurrent.CountDownLatch(1);
      bad.on(
          "/blobs/" + Digest.of(image.blobs.getFirst()),
          x -> {
            reached.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return ScriptedRegistry.error(x, 403, "DENIED", "no");
          });
      var work = new ArrayList<Callable<Void>>();
      work.add(
          () -> {
            assertThat(
                    org.assertj.core.api.Assertions.catchThrowable(
                        () -> host.pull(bad.host() + "/t/x:1")))
                .isInstanceOf(StowageException.class);
            return null;
          });
      work.add(
          () -> {
            reached.await();
            var waiting = new Thread(goOn::countDown);
            // The second pull's manifest is asked for before it can wait for the first one's layer.
            good.on(
                "/blobs/" + image.id(),
                x -> {
                  waiting.start();
                  return false;
                });
            host.images.load(
                new ByteArrayInputStream(
                    SampleArchive.docker(SampleImage.of(9, 1, 10), true, "other:1")),
                LoadSink.NONE);
            host.pull(good.host() + "/t/x:1");
            return null;
          });
      all(work);
      assertThat(host.images.require(good.host() + "/t/x:1").id()).isEqualTo(image.id());
    }
  }
}
