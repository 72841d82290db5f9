package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static stowage.layer.Fixture.sh;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.Progress;
import stowage.linux.Attributes;
import stowage.linux.Directory;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Xattrs;

/** Random directories, packed by GNU tar in its dialects, look the same as a layer. */
class RandomTarTest {
  private static final List<String> DIALECTS =
      List.of(
          "--format=pax --xattrs --xattrs-include=* -S",
          "--format=pax --xattrs --xattrs-include=*",
          "--format=gnu -S",
          "--format=gnu");

  @TempDir Path dir;

  @Test
  void aLayerIsWhatWasPacked() throws Exception {
    var random = new Random(ErofsKernelTest.seed());
    for (int round = 0; round < 24; round++) {
      var here = Files.createDirectory(dir.resolve("round" + round));
      var files = Files.createDirectory(here.resolve("files"));
      var dialect = DIALECTS.get(round % DIALECTS.size());
      boolean isPax = dialect.contains("pax");
      try (var top = Open.open(files.toString(), Open.O_DIRECTORY)) {
        new RandomFiles(random, isPax).fill(top, 5 + random.nextInt(120));
      }
      var tar = here.resolve("a.tar");
      sh("cd %s; tar %s -cf %s .".formatted(files, dialect, tar));
      var showing =
          round % 3 == 0 ? LayerStore.Showing.UNPACKED : LayerStore.Showing.EROFS;
      try (var store = new Fixture(here, showing)) {
        var diffId = store.add(tar).layer().diffId();
        try (var view = store.layers.view(List.of(diffId))) {
          assertThat(
                  Snapshot.difference(
                      Snapshot.of(view.lowerPaths().getFirst().toString()),
                      Snapshot.of(files.toString())))
              .as(dialect)
              .isEmpty();
        }
        assertThat(store.layers.check(List.of(), Optional.empty(), Progress.NONE)
                .repaired())
            .isEmpty();
      }
    }
  }

  /** Makes files of every kind, with odd names, owners, times and holes. */
  private static final class RandomFiles {
    private final Random random;
    private final boolean isPax;
    private final List<String> directories = new ArrayList<>(List.of("."));
    private final List<String> files = new ArrayList<>();

    RandomFiles(Random random, boolean isPax) {
      this.random = random;
      this.isPax = isPax;
    }

    void fill(Fd top, int count) throws Exception {
      for (int i = 0; i < count; i++) {
        var parent = directories.get(random.nextInt(directories.size()));
        try (var fd = Open.openat(top, parent, Open.O_DIRECTORY)) {
          one(fd, top, parent, name() + i);
        }
      }
      for (var directory : directories) {
        times(top, directory);
      }
    }

    private void one(Fd parent, Fd top, String parentPath, String name) throws Exception {
      switch (random.nextInt(10)) {
        case 0, 1 -> {
          Directory.mkdirat(parent, name, 0755);
          Attributes.fchmodat(parent, name, random.nextInt(010000));
          directories.add(parentPath + "/" + name);
        }
        case 2 -> Directory.symlinkat(name().repeat(1 + random.nextInt(6)), parent, name);
        case 3 -> Directory.mknodat(parent, name, Inode.FIFO | 0644, 0, 0);
        case 4 -> {
          int kind = random.nextBoolean() ? Inode.CHARACTER_DEVICE : Inode.BLOCK_DEVICE;
          Directory.mknodat(
              parent, name, kind | 0600, 1 + random.nextInt(500), random.nextInt(70000));
        }
        case 5 -> {
          if (!files.isEmpty()) {
            var from = files.get(random.nextInt(files.size()));
            Directory.linkat(top, from, parent, name);
          }
          return;
        }
        default -> {
          file(parent, name);
          files.add(parentPath + "/" + name);
        }
      }
      if (!files.isEmpty() && files.getLast().endsWith(name)) {
        int most = isPax ? 0xfffffffe : 0x1fffff;
        Attributes.fchownat(parent, name, random.nextInt() & most, random.nextInt() & most);
      }
      times(parent, name);
    }

    private void file(Fd parent, String name) throws Exception {
      int flags = Open.O_CREAT | Open.O_EXCL | Open.O_WRONLY;
      try (var fd = Open.openat(parent, name, flags, 0644)) {
        long at = 0;
        for (int runs = random.nextInt(4); runs > 0; runs--) {
          at += random.nextInt(4) == 0 ? random.nextInt(1 << 20) : 0;
          var bytes = new byte[random.nextInt(20000)];
          random.nextBytes(bytes);
          Io.pwriteFully(fd, ByteBuffer.wrap(bytes), at);
          at += bytes.length;
        }
        if (random.nextInt(8) == 0) {
          Io.ftruncate(fd, at + random.nextInt(1 << 22));
        }
        if (isPax && random.nextInt(3) == 0) {
          var value = new byte[random.nextInt(600)];
          random.nextBytes(value);
          Xattrs.set(fd, "user." + (char) ('a' + random.nextInt(26)), value, 0);
          Xattrs.set(fd, "trusted.x", ByteStrings.bytes("y"), 0);
        }
        Attributes.fchmod(fd, random.nextInt(01000));
      }
    }

    private void times(Fd directory, String name) throws Exception {
      long seconds = random.nextLong(0, 1L << 33);
      int nanos = isPax ? random.nextInt(1_000_000_000) : 0;
      Attributes.utimensat(directory, name, seconds, nanos, seconds, nanos);
    }

    private String name() {
      var text = new StringBuilder();
      int size = random.nextInt(8) == 0 ? 1 + random.nextInt(240) : 1 + random.nextInt(10);
      while (text.length() < size) {
        char c = (char) (1 + random.nextInt(255));
        if (c != '/') {
          text.append(c);
        }
      }
      return text.toString();
    }
  }
}
