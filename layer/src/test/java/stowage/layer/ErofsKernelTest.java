package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.linux.Mounts;

/** The kernel reads what the writer wrote: every name, attribute and byte. */
class ErofsKernelTest {
  private static final Digest DIFF_ID = Digest.of("a layer".getBytes());

  @TempDir Path dir;

  static long seed() {
    var given = System.getProperty("seed", "");
    long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    System.out.println("seed " + seed);
    return seed;
  }

  @Test
  void theKernelShowsEveryFileOfARandomLayer() throws Exception {
    var random = new Random(seed());
    for (int round = 0; round < 30; round++) {
      var tar = dir.resolve("tar" + round);
      var made = new RandomTree(random, 1 + random.nextInt(round < 25 ? 300 : 3000));
      Files.write(tar, made.tarBytes());
      var index = dir.resolve("index" + round);
      Files.write(index, indexOf(made.tree(), made.tarBytes().length));
      var at = Files.createDirectory(dir.resolve("at" + round));
      if (round % 5 == 4) {
        ErofsMount.mountLoops(index, tar, at);
      } else {
        ErofsMount.mount(index, tar, at);
      }
      try {
        assertThat(Snapshot.difference(Snapshot.of(at.toString()), made.expectedWithTails()))
            .isEmpty();
      } finally {
        Mounts.umount2(at.toString(), 0);
      }
      try (var reader = ErofsReader.open(DIFF_ID, index, tar)) {
        assertThat(read(reader)).isEqualTo(made.names());
      }
    }
  }

  /** The kernel mounts no plain files that lie on a tmpfs: loop devices do, and free themselves. */
  @Test
  void aLayerOnTmpfsIsMountedThroughLoopDevices() throws Exception {
    var made = new RandomTree(new Random(seed()), 50);
    var memory = Files.createDirectory(dir.resolve("memory"));
    Mounts.mount("tmpfs", memory.toString(), "tmpfs", 0, "");
    try {
      var tar = Files.write(memory.resolve("tar"), made.tarBytes());
      var index =
          Files.write(memory.resolve("index"), indexOf(made.tree(), made.tarBytes().length));
      var at = Files.createDirectory(dir.resolve("at"));
      ErofsMount.mount(index, tar, at);
      try {
        assertThat(Snapshot.difference(Snapshot.of(at.toString()), made.expectedWithTails()))
            .isEmpty();
      } finally {
        Mounts.umount2(at.toString(), 0);
      }
    } finally {
      Mounts.umount2(memory.toString(), 0);
    }
  }

  static Map<String, Long> read(ErofsReader reader) {
    var names = new TreeMap<String, Long>();
    walk(reader, reader.root(), "", names);
    return names;
  }

  private static void walk(
      ErofsReader reader, ErofsReader.Stored directory, String path, Map<String, Long> names) {
    for (var entry : reader.list(directory)) {
      var child = reader.inode(entry.number());
      assertThat(reader.child(directory, entry.name())).contains(child);
      names.put(path + "/" + entry.name(), child.isDirectory() ? 0 : child.size());
      if (child.isDirectory()) {
        walk(reader, child, path + "/" + entry.name(), names);
      }
    }
    assertThat(reader.child(directory, "no such name")).isEmpty();
  }

  static byte[] indexOf(LayerTree tree, long tarBytes) {
    var bytes = new ByteArrayOutputStream();
    var channel = Channels.newChannel(bytes);
    ErofsWriter.write(
        tree,
        DIFF_ID,
        tarBytes,
        new Sink() {
          @Override
          public void write(ByteBuffer from) {
            try {
              channel.write(from);
            } catch (java.io.IOException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void skip(long count) {
            write(ByteBuffer.allocate((int) count));
          }
        });
    return bytes.toByteArray();
  }
}
