package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.linux.Attributes;
import stowage.linux.Directory;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;
import stowage.store.HostDisk;

final class CopyTreeTest {
  /** struct vfs_cap_data, revision 2, cap_net_raw permitted and effective. */
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path temp;
  private Fd from;
  private Fd to;

  @BeforeEach
  void directories() throws IOException {
    from = directory("from");
    to = directory("to");
  }

  /** JUnit cannot remove a tree that is deeper than a path. */
  @AfterEach
  void clean() throws IOException {
    from.close();
    to.close();
    var disk = new HostDisk(temp);
    disk.removeTree("from");
    disk.removeTree("to");
  }

  private Fd directory(String name) throws IOException {
    String path = ByteStrings.ofPath(temp.resolve(name));
    Directory.mkdir(path, 0755);
    return Open.open(path, Open.O_RDONLY | Open.O_DIRECTORY);
  }

  private static Fd write(Fd directory, String name, String text) throws IOException {
    var fd = Open.openat(directory, name, Open.O_RDWR | Open.O_CREAT | Open.O_EXCL, 0644);
    Io.writeFully(fd, ByteBuffer.wrap(ByteStrings.bytes(text)));
    return fd;
  }

  /** Everything that is to be equal, by path. */
  private static TreeMap<String, List<Object>> describe(Fd top) throws IOException {
    var all = new TreeMap<String, List<Object>>();
    describe(top, "", all);
    return all;
  }

  private static void describe(Fd directory, String path, TreeMap<String, List<Object>> all)
      throws IOException {
    for (var entry : Directory.list(directory)) {
      var stat = Stat.at(directory, entry.name(), false);
      var facts = new ArrayList<Object>();
      facts.addAll(
          List.of(stat.mode(), stat.uid(), stat.gid(), stat.mtimeSec(), stat.mtimeNsec(),
              stat.nlink(), stat.rdevMajor(), stat.rdevMinor()));
      for (String xattr : Xattrs.listAt(directory, entry.name()).stream().sorted().toList()) {
        facts.add(xattr);
        facts.add(
            ByteStrings.of(
                Xattrs.getAt(directory, entry.name(), xattr).orElseThrow(),
                0,
                Xattrs.getAt(directory, entry.name(), xattr).orElseThrow().length));
      }
      switch (stat.type()) {
        case SYMLINK -> facts.add(Directory.readlinkat(directory, entry.name()));
        case REGULAR -> {
          try (var file = Open.openat(directory, entry.name(), Open.O_RDONLY)) {
            var buffer = ByteBuffer.allocate((int) stat.size());
            Io.preadFully(file, buffer, 0);
            facts.add(stat.size());
            facts.add(java.util.Arrays.hashCode(buffer.array()));
          }
        }
        case DIRECTORY -> {
          try (var child = Open.openat(directory, entry.name(), Open.O_RDONLY)) {
            describe(child, path + "/" + entry.name(), all);
          }
        }
        default -> {}
      }
      all.put(path + "/" + entry.name(), facts);
    }
  }

  @Test
  void everythingAboutAFileIsCopied() throws IOException {
    Directory.mkdirat(from, "d", 0755);
    try (var d = Open.openat(from, "d", Open.O_RDONLY | Open.O_DIRECTORY);
        var file = write(d, "f\u00ff\n", "text");
        var program = write(from, "program", "elf")) {
      Attributes.fchown(file, 1234, 5678);
      Attributes.fchmod(file, 04751);
      Xattrs.set(file, "user.note", new byte[] {0, 1, (byte) 0xff}, 0);
      Attributes.futimens(file, 1, 2, -5, 999_999_999);
      Attributes.fchown(program, 7, 8);
      Xattrs.set(program, "security.capability", CAPABILITY, 0);
      Directory.linkat(d, "f\u00ff\n", from, "same");
      Directory.symlinkat("/etc/passwd", d, "away");
      Attributes.fchownat(d, "away", 9, 10);
      Attributes.utimensat(d, "away", 0, Attributes.UTIME_OMIT, 77, 88);
      Directory.mknodat(from, "null", 020600, 1, 3);
      Directory.mknodat(from, "fifo", 010640, 0, 0);
      Directory.mknodat(from, "socket", 0140600, 0, 0);
      Attributes.fchmod(d, 01777);
      Attributes.futimens(d, 0, Attributes.UTIME_OMIT, 1000, 123);
    }
    Attributes.fchmod(from, 0750);
    Attributes.fchown(from, 1000, 1001);
    Xattrs.set(from, "user.top", new byte[] {1}, 0);
    Attributes.futimens(from, 0, Attributes.UTIME_OMIT, 500, 5);

    var copied = CopyTree.copy(from, to);

    var expected = describe(from);
    expected.remove("/socket");
    assertThat(describe(to)).isEqualTo(expected);
    assertThat(copied).isEqualTo(new CopyTree.Copied(expected.size(), 7));
    assertThat(Stat.at(to, "same", false).ino()).isEqualTo(Stat.at(to, "d/f\u00ff\n", false).ino());
    var top = Stat.of(to);
    assertThat(List.of(top.permissions(), top.uid(), top.gid(), top.mtimeSec(), top.mtimeNsec()))
        .isEqualTo(List.of(0750, 1000, 1001, 500L, 5));
    assertThat(Xattrs.list(to)).contains("user.top");
  }

  /** Random trees: every kind of file, names of any bytes, links between all of them, holes. */
  @Test
  void randomTreesAreCopiedAsTheyAre() throws IOException {
    String given = System.getProperty("seed", "");
    long seed = given.isEmpty() ? 42 : Long.parseLong(given);
    var random = new Random(seed);
    for (int tree = 0; tree < 12; tree++) {
      String name = "t" + tree;
      Directory.mkdirat(from, name, 0700 | random.nextInt(0100));
      Directory.mkdirat(to, name, 0700);
      try (var source = Open.openat(from, name, Open.O_RDONLY | Open.O_DIRECTORY);
          var target = Open.openat(to, name, Open.O_RDONLY | Open.O_DIRECTORY)) {
        grow(random, source, 0);
        CopyTree.copy(source, target);
        assertThat(describe(target)).as("seed " + seed).isEqualTo(describe(source));
      }
    }
  }

  private static void grow(Random random, Fd directory, int depth) throws IOException {
    for (int i = random.nextInt(12); i >= 0; i--) {
      String name = name(random);
      if (Directory.list(directory).stream().anyMatch(entry -> entry.name().equals(name))) {
        continue;
      }
      switch (random.nextInt(depth < 4 ? 8 : 6)) {
        case 0 -> Directory.symlinkat("../" + name(random), directory, name);
        case 1 -> Directory.mknodat(directory, name, 010000 | random.nextInt(01000), 0, 0);
        case 2 -> Directory.mknodat(directory, name, 020644, random.nextInt(1, 300), 70_000);
        case 3, 4, 5 -> {
          try (var file = write(directory, name, "x".repeat(random.nextInt(9000)))) {
            if (random.nextBoolean()) {
              Io.pwriteFully(file, ByteBuffer.wrap(new byte[] {7}), random.nextInt(1 << 22));
            }
            Attributes.fchown(file, random.nextInt(70_000), random.nextInt(70_000));
            Attributes.fchmod(file, random.nextInt(010000));
            if (random.nextInt(4) == 0) {
              Xattrs.set(file, "user.r", new byte[random.nextInt(200)], 0);
            }
          }
          for (int link = random.nextInt(3); link > 0; link--) {
            String other = name + link;
            if (other.length() < 255) {
              Directory.linkat(directory, name, directory, other);
            }
          }
        }
        default -> {
          Directory.mkdirat(directory, name, 0700);
          try (var child = Open.openat(directory, name, Open.O_RDONLY | Open.O_DIRECTORY)) {
            grow(random, child, depth + 1);
            Attributes.fchmod(child, random.nextInt(010000));
            Attributes.futimens(child, 0, 0, random.nextInt(), random.nextInt(999_999_999));
          }
        }
      }
    }
  }

  /** Any bytes but NUL and slash. */
  private static String name(Random random) {
    var name = new StringBuilder();
    for (int i = random.nextInt(random.nextInt(10) == 0 ? 240 : 8); i >= 0; i--) {
      char c = (char) random.nextInt(1, 256);
      name.append(c == '/' ? '_' : c);
    }
    return name.append('n').toString();
  }

  @Test
  void holesStayHoles() throws IOException {
    try (var file = write(from, "sparse", "head")) {
      Io.pwriteFully(file, ByteBuffer.wrap(new byte[] {1, 2, 3}), 1 << 30);
      Io.ftruncate(file, 3L << 30);
    }
    CopyTree.copy(from, to);
    var stat = Stat.at(to, "sparse", false);
    assertThat(stat.size()).isEqualTo(3L << 30);
    assertThat(stat.blocks()).isLessThan(64);
    try (var file = Open.openat(to, "sparse", Open.O_RDONLY)) {
      var buffer = ByteBuffer.allocate(3);
      Io.preadFully(file, buffer, 1 << 30);
      assertThat(buffer.array()).containsExactly(1, 2, 3);
    }
    assertThat(TreeUsage.bytes(to)).isLessThan(64 * 512);
  }

  @Test
  void aTreeDeeperThanAPathAndThanTheOpenLevelsIsCopied() throws IOException {
    int depth = 1500;
    String name = "n".repeat(20);
    var fd = from.duplicate();
    for (int i = 0; i < depth; i++) {
      Directory.mkdirat(fd, name, 0755);
      var next = Open.openat(fd, name, Open.O_RDONLY | Open.O_DIRECTORY);
      fd.close();
      fd = next;
    }
    write(fd, "bottom", "x").close();
    Directory.linkat(fd, "bottom", fd, "bottom2");
    fd.close();

    assertThat(CopyTree.copy(from, to).entries()).isEqualTo(depth + 2);

    try (var way = new Way(to, false)) {
      for (int i = 0; i < depth; i++) {
        way.down(name);
      }
      assertThat(Stat.at(way.here(), "bottom", false).nlink()).isEqualTo(2);
      for (int i = 0; i < depth; i++) {
        way.up();
      }
      assertThat(way.depth()).isZero();
    }
    assertThat(TreeUsage.bytes(to)).isEqualTo(1);
  }

  @Test
  void aFarmOfSymlinksLeadsNowhere() throws IOException {
    var canary = temp.resolve("canary");
    java.nio.file.Files.writeString(canary, "untouched");
    for (String link : List.of("/", "..", "../canary", canary.toString(), "/proc/self/fd/1")) {
      Directory.symlinkat(link, from, "l" + link.hashCode());
    }
    CopyTree.copy(from, to);
    assertThat(describe(to)).isEqualTo(describe(from));
    assertThat(java.nio.file.Files.readString(canary)).isEqualTo("untouched");
  }

  @Test
  void manyFilesAreCopiedByManyThreadsAndDirectoriesKeepTheirTimes() throws IOException {
    for (int d = 0; d < 20; d++) {
      Directory.mkdirat(from, "d" + d, 0755);
      try (var fd = Open.openat(from, "d" + d, Open.O_RDONLY | Open.O_DIRECTORY)) {
        for (int f = 0; f < 50; f++) {
          write(fd, "f" + f, (d + ":" + f).repeat(500)).close();
        }
        Attributes.futimens(fd, 0, Attributes.UTIME_OMIT, 1000 + d, 1);
      }
    }
    var copied = CopyTree.copy(from, to);
    assertThat(copied.entries()).isEqualTo(20 * 51);
    assertThat(describe(to)).isEqualTo(describe(from));
  }

  @Test
  void aFailureInAThreadEndsTheCopyAndNamesTheFile() throws IOException {
    Mounts.mount("t", ByteStrings.ofPath(temp.resolve("to")), "tmpfs", 0, "size=128k");
    for (int f = 0; f < 100; f++) {
      write(from, "f" + f, "x".repeat(4000)).close();
    }
    try (var small =
        Open.open(ByteStrings.ofPath(temp.resolve("to")), Open.O_RDONLY | Open.O_DIRECTORY)) {
      assertThatThrownBy(() -> CopyTree.copy(from, small))
          .isInstanceOf(CopyTree.CopyFailed.class)
          .hasMessageContaining("in /f")
          .hasMessageContaining("ENOSPC");
    } finally {
      Mounts.umount2(ByteStrings.ofPath(temp.resolve("to")), Mounts.MNT_DETACH);
    }
  }

  @Test
  void hardLinksCountOnce() throws IOException {
    try (var _ = write(from, "a", "x".repeat(10_000))) {
      Directory.linkat(from, "a", from, "b");
    }
    assertThat(TreeUsage.bytes(from)).isEqualTo(10_000);
  }

  @Test
  void aFailureNamesThePath() throws IOException {
    Directory.mkdirat(from, "d", 0755);
    try (var d = Open.openat(from, "d", Open.O_RDONLY | Open.O_DIRECTORY)) {
      write(d, "f", "x").close();
    }
    Directory.mkdirat(to, "d", 0755);
    assertThatThrownBy(() -> CopyTree.copy(from, to)).hasMessageContaining("EEXIST");
  }
}
