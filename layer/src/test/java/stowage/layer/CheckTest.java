package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static stowage.layer.Fixture.sh;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.Corrupt;

/** Bit rot is found, told, and healed by adding the layer again. */
class CheckTest {
  @TempDir Path dir;
  private Fixture store;
  private Path tar;
  private Digest diffId;

  @BeforeEach
  void open() throws Exception {
    store = new Fixture(dir);
    tar = dir.resolve("a.tar");
    sh(
        "mkdir %1$s/a; cd %1$s/a; for i in $(seq 50); do seq $i 900 > f$i; done; tar -cf %2$s ."
            .formatted(dir, tar));
    diffId = store.add(tar).layer().diffId();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private void flip(String name, long bit) throws IOException {
    try (var file = new RandomAccessFile(store.root.resolve(name).toFile(), "rw")) {
      file.seek(bit / 8);
      int b = file.read();
      file.seek(bit / 8);
      file.write(b ^ 1 << bit % 8);
    }
  }

  private CheckReport check() {
    return store.layers.check(List.of(), Optional.empty(), Progress.NONE);
  }

  @Test
  void soundLayersPass() {
    var report = check();
    assertThat(report.layers()).isEqualTo(1);
    assertThat(report.damaged()).isEmpty();
    assertThat(report.repaired()).isEmpty();
    assertThat(report.next()).isEmpty();
  }

  @Test
  void anyFlippedBitOfATarIsFoundAndHealed() throws Exception {
    var random = new Random(ErofsKernelTest.seed());
    for (int i = 0; i < 20; i++) {
      flip(Names.tar(diffId), random.nextLong(8 * Files.size(tar)));
      assertThat(check().damaged()).extracting(CheckReport.Damage::diffId).containsExactly(diffId);
      assertThat(store.layers.find(diffId).orElseThrow().damaged()).isTrue();
      assertThatThrownBy(
              () -> {
                try (var in = store.layers.tar(diffId)) {
                  in.readAllBytes();
                }
              })
          .isInstanceOf(Corrupt.class);
      assertThat(store.add(tar).fresh()).isTrue();
      assertThat(store.layers.find(diffId).orElseThrow().damaged()).isFalse();
      assertThat(check().damaged()).isEmpty();
    }
  }

  @Test
  void anyFlippedBitOfAnIndexIsFoundAndRepaired() throws Exception {
    var random = new Random(ErofsKernelTest.seed());
    long size = Files.size(store.root.resolve(Names.index(diffId)));
    for (int i = 0; i < 50; i++) {
      flip(Names.index(diffId), random.nextLong(8 * size));
      assertThat(check().repaired()).containsExactly(diffId);
      assertThat(check().repaired()).isEmpty();
    }
  }

  @Test
  void aTornOrMissingFileIsFoundAndHealed() throws Exception {
    try (var file = new RandomAccessFile(store.root.resolve(Names.tar(diffId)).toFile(), "rw")) {
      file.setLength(4096);
    }
    assertThat(check().damaged()).hasSize(1);
    Files.delete(store.root.resolve(Names.tar(diffId)));
    Files.delete(store.root.resolve(Names.index(diffId)));
    assertThat(check().damaged()).hasSize(1);
    store.add(tar);
    assertThat(check().damaged()).isEmpty();
    Files.delete(store.root.resolve(Names.index(diffId)));
    assertThat(check().repaired()).hasSize(1);
  }

  /** A damaged index makes the reader refuse or answer wrongly, and nothing else. */
  @Test
  void theReaderSurvivesAnyDamage() throws Exception {
    var random = new Random(ErofsKernelTest.seed());
    var sound = Files.readAllBytes(store.root.resolve(Names.index(diffId)));
    for (int i = 0; i < 3000; i++) {
      var damaged = sound.clone();
      for (int n = random.nextInt(1, 20); n > 0; n--) {
        damaged[random.nextInt(1536, damaged.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        damaged = java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      Files.write(store.root.resolve(Names.index(diffId)), damaged);
      try (var tree = store.layers.tree(List.of(diffId))) {
        for (var node : tree.list("/")) {
          if (node.kind() == Node.Kind.FILE) {
            tree.read(node.path(), 1 << 20);
          }
        }
      } catch (Corrupt | stowage.base.StowageException.LimitExceeded refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }
}
