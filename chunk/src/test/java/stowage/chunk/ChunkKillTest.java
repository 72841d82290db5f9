package stowage.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Time;

/** A process that writes a snapshot is killed. */
class ChunkKillTest {
  private static final int CHUNKS = 200;
  private static final long SIZE = (long) CHUNKS * ChunkStore.CHUNK;

  @TempDir Path root;

  /** The process: puts all chunks, says so, and waits to be killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      try (var store = ChunkStore.open(Path.of(args[0]), Time.SYSTEM);
          var writer = store.begin("snap-1", SIZE, Optional.empty(), Optional.empty())) {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
          writer.put(chunk, Chunks.buffer(2L * chunk + 1));
        }
        new FileOutputStream(FileDescriptor.out).write('.');
        while (System.in.read() >= 0) {
          // Nothing is written to it.
        }
      }
    }
  }

  @Test
  void anotherProcessGoesOnWithWhatWasSealed() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-ea",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                root.resolve("chunks").toString())
            .redirectError(root.resolve("log").toFile())
            .start();
    try {
      assertThat(process.getInputStream().read())
          .as(() -> root.resolve("log").toString())
          .isEqualTo('.');
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (var store = ChunkStore.open(root.resolve("chunks"), Time.SYSTEM);
        var writer = store.begin("snap-1", SIZE, Optional.empty(), Optional.empty())) {
      int known = 0;
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        known += writer.has(chunk) ? 1 : 0;
      }
      // A pack of 64 MiB is durable; the second, 36 MiB of it, went with its process.
      assertThat(known).isBetween(CHUNKS / 2, CHUNKS - 1);
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        if (!writer.has(chunk)) {
          writer.put(chunk, Chunks.buffer(2L * chunk + 1));
        }
      }
      var manifest = writer.commit();
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        assertThat(Chunks.read(store, manifest, chunk)).isEqualTo(Chunks.bytes(2L * chunk + 1));
      }
      assertThat(store.sweep().objects()).isZero();
      try (var sessions = Files.list(root.resolve("chunks/sessions"))) {
        assertThat(sessions).hasSize(1); // ours
      }
    }
  }
}
