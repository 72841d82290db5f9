package stowage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;
import stowage.base.Time;

/** Bits flip on the disk. */
class ChunkDamageTest {
  @TempDir Path root;

  private ChunkStore open() {
    return ChunkStore.open(root.resolve("chunks"), Time.SYSTEM);
  }

  private List<Path> files(String folder) throws IOException {
    try (var files = Files.list(root.resolve("chunks").resolve(folder))) {
      return files.toList();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int was = bytes.read();
      bytes.seek(at);
      bytes.write(was ^ 16);
    }
  }

  @Test
  void aFlippedBitIsNeverReadAndTheErrorNamesSnapshotAndChunk() throws Exception {
    try (var store = open()) {
      Chunks.snapshot(store, "snap-1", 2, Optional.empty(), 1, 2);
    }
    Path pack = files("packs").getFirst();
    long size = Files.size(pack);
    long seed = new Random().nextLong();
    System.getLogger("test").log(System.Logger.Level.INFO, "seed {0}", seed);
    var random = new Random(seed);
    int corrupt = 0;
    for (int i = 0; i < 60; i++) {
      long at = i < 20 ? size - 1 - i * 8 : random.nextLong(size);
      flip(pack, at);
      try (var store = open()) {
        var manifest = store.find("snap-1").orElseThrow();
        for (int chunk = 0; chunk < 2; chunk++) {
          try {
            assertThat(Chunks.read(store, manifest, chunk)).isEqualTo(Chunks.bytes(chunk + 1));
          } catch (StowageException.Corrupt e) {
            corrupt++;
            assertThat(e).hasMessageContaining("snap-1").hasMessageContaining("chunk");
          }
        }
      }
      flip(pack, at);
    }
    assertThat(corrupt).as("seed " + seed).isPositive();
  }

  @Test
  void aDamagedIndexLosesNothingAndItsPackIsNeverSwept() throws Exception {
    try (var store = open()) {
      Chunks.snapshot(store, "snap-1", 2, Optional.empty(), 1, 2);
      Chunks.snapshot(store, "snap-2", 2, Optional.empty(), 3);
    }
    for (Path pack : files("packs")) {
      flip(pack, Files.size(pack) - 40);
    }
    try (var store = open()) {
      var manifest = store.find("snap-1").orElseThrow();
      assertThat(Chunks.read(store, manifest, 0)).isEqualTo(Chunks.bytes(1));
      assertThat(Chunks.read(store, manifest, 1)).isEqualTo(Chunks.bytes(2));
      store.delete("snap-2");
      var swept = store.sweep();
      assertThat(swept.freedBytes()).isZero();
      assertThat(swept.keptPacks()).isEqualTo(1);
    }
  }

  @Test
  void aDamagedRootIsReadFromItsSecondCopyAndALostOneStopsTheSweep() throws Exception {
    try (var store = open()) {
      Chunks.snapshot(store, "snap-1", 2, Optional.empty(), 1, 2);
      Path file = files("snapshots").getFirst();
      flip(file, 60);
      assertThat(store.find("snap-1")).isPresent();
      flip(file, Files.size(file) - 1);
      assertThatThrownBy(() -> store.find("snap-1"))
          .isInstanceOf(StowageException.Corrupt.class)
          .hasMessageContaining("snap-1");
      assertThatThrownBy(store::sweep).isInstanceOf(StowageException.Corrupt.class);
      assertThat(files("packs")).hasSize(1);
      store.delete("snap-1");
      store.sweep();
      assertThat(files("packs")).isEmpty();
    }
  }

  @Test
  void aDamagedChunkIsStoredAgainOnceItIsKnown() throws Exception {
    try (var store = open()) {
      var manifest = Chunks.snapshot(store, "snap-1", 1, Optional.empty(), 1);
      flip(files("packs").getFirst(), 5000);
      assertThatThrownBy(() -> Chunks.read(store, manifest, 0))
          .isInstanceOf(StowageException.Corrupt.class)
          .hasMessageContaining("snapshot snap-1: chunk 0");
      Chunks.snapshot(store, "snap-2", 1, Optional.empty(), 1);
      assertThat(Chunks.read(store, manifest, 0)).isEqualTo(Chunks.bytes(1));
    }
  }

  @Test
  void aScrubTellsWhatIsDamagedAndWhoseItIs() throws Exception {
    try (var store = open()) {
      Chunks.snapshot(store, "snap-1", 2, Optional.empty(), 1, 2);
      Chunks.snapshot(store, "snap-2", 2, Optional.empty(), 3);
      var clean = store.scrub(Scrub.ALL, Healer.NONE);
      assertThat(clean.damages()).isEmpty();
      assertThat(clean.files()).isEqualTo(4);
      assertThat(clean.next()).isEmpty();
      var part = store.scrub(new Scrub(Optional.empty(), 1, 0), Healer.NONE);
      var rest = store.scrub(new Scrub(part.next(), Long.MAX_VALUE, 0), Healer.NONE);
      assertThat(part.bytes() + rest.bytes()).isEqualTo(clean.bytes());
      flip(files("snapshots").getFirst(), 60);
      for (Path pack : files("packs")) {
        flip(pack, 5000); // the first object of each
      }
      var damages = store.scrub(Scrub.ALL, Healer.NONE).damages();
      assertThat(damages).hasSize(3);
      assertThat(damages.subList(1, 3))
          .extracting(ScrubReport.Damage::snapshots)
          .containsExactlyInAnyOrder(List.of("snap-1"), List.of("snap-2"));
      assertThat(damages.getFirst().file()).startsWith("snapshots/");
    }
  }
}
