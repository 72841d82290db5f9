package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  @TempDir Path dir;

  @Test
  void listTellsEveryNameAndItsType() throws Exception {
    try (var d = Scratch.open(dir)) {
      Scratch.write(dir, "file", "");
      Directory.mkdirat(d, "dir", 0700);
      Directory.symlinkat("nowhere", d, "link");
      Directory.mknodat(d, "fifo", FileType.FIFO.modeBits() | 0600, 0, 0);
      Directory.mknodat(d, "null", FileType.CHARACTER_DEVICE.modeBits() | 0666, 1, 3);
      assertThat(Directory.list(d))
          .extracting(entry -> entry.name() + " " + entry.type())
          .containsExactlyInAnyOrder(
              "file REGULAR", "dir DIRECTORY", "link SYMLINK", "fifo FIFO",
              "null CHARACTER_DEVICE");
      assertThat(Directory.list(d)).as("again, from the start").hasSize(5);
    }
  }

  @Test
  void aLargeDirectoryIsListedWhole() throws Exception {
    int count = 3000;
    var wanted = new HashSet<String>();
    try (var d = Scratch.open(dir)) {
      for (int i = 0; i < count; i++) {
        var name = "a-rather-long-name-so-that-one-buffer-does-not-do-" + i;
        Directory.mknodat(d, name, FileType.REGULAR.modeBits() | 0600, 0, 0);
        wanted.add(name);
      }
      var found = Directory.list(d);
      assertThat(found).hasSize(count);
      for (var entry : found) {
        assertThat(wanted.remove(entry.name())).as(entry.name()).isTrue();
      }
    }
  }

  @Test
  void listingAFileIsRefused() throws Exception {
    try (var file = Scratch.create(dir, "f")) {
      Scratch.fails(Errno.ENOTDIR, "getdents64", () -> Directory.list(file));
    }
  }

  @Test
  void deviceNumbersAreTheirFullSize() throws Exception {
    try (var d = Scratch.open(dir)) {
      int block = FileType.BLOCK_DEVICE.modeBits() | 0600;
      Directory.mknodat(d, "large", block, 4095, 1_048_575);
      var stat = Stat.at(d, "large", false);
      assertThat(stat.rdevMajor()).isEqualTo(4095);
      assertThat(stat.rdevMinor()).isEqualTo(1_048_575);
      Scratch.fails(Errno.EEXIST, "mknodat", () -> Directory.mknodat(d, "large", block, 1, 1));
    }
  }

  @Test
  void directoriesAreMadeAndRemoved() throws Exception {
    var path = Scratch.path(dir, "d");
    Directory.mkdir(path, 0700);
    Scratch.fails(Errno.EEXIST, "mkdir", () -> Directory.mkdir(path, 0700));
    try (var d = Scratch.open(dir)) {
      Directory.mkdirat(d, "d/e", 0700);
      Scratch.fails(Errno.ENOENT, "mkdirat", () -> Directory.mkdirat(d, "x/y", 0700));
      Scratch.fails(Errno.ENOTEMPTY, "rmdir", () -> Directory.rmdir(path));
      Scratch.fails(Errno.EISDIR, "unlinkat", () -> Directory.unlinkat(d, "d/e"));
      Directory.rmdirat(d, "d/e");
      Directory.rmdir(path);
      Scratch.fails(Errno.ENOENT, "unlinkat", () -> Directory.rmdirat(d, "d"));
    }
  }

  @Test
  void filesAreLinkedAndUnlinked() throws Exception {
    Scratch.write(dir, "a", "x");
    var a = Scratch.path(dir, "a");
    var b = Scratch.path(dir, "b");
    Directory.link(a, b);
    Scratch.fails(Errno.EEXIST, "link", () -> Directory.link(a, b));
    try (var d = Scratch.open(dir)) {
      Directory.linkat(d, "a", d, "c");
      Scratch.fails(Errno.ENOENT, "linkat", () -> Directory.linkat(d, "z", d, "y"));
      assertThat(Stat.at(d, "c", false).nlink()).isEqualTo(3);
      Directory.unlinkat(d, "c");
    }
    Directory.unlink(b);
    Scratch.fails(Errno.ENOENT, "unlink", () -> Directory.unlink(b));
    assertThat(Stat.path(a, false).nlink()).isEqualTo(1);
  }

  @Test
  void aHardLinkOfASymlinkIsTheSymlink() throws Exception {
    try (var d = Scratch.open(dir)) {
      Directory.symlinkat("target", d, "s");
      Directory.linkat(d, "s", d, "t");
      assertThat(Directory.readlinkat(d, "t")).isEqualTo("target");
      Scratch.fails(Errno.EEXIST, "symlinkat", () -> Directory.symlinkat("x", d, "s"));
    }
  }

  @Test
  void symlinksAreReadByNamePathAndDescriptor() throws Exception {
    var target = "t\u00e9".repeat(900);
    try (var d = Scratch.open(dir)) {
      Directory.symlinkat(target, d, "s");
      assertThat(Directory.readlinkat(d, "s")).isEqualTo(target);
      assertThat(Directory.readlink(Scratch.path(dir, "s"))).isEqualTo(target);
      try (var link = Open.openat(d, "s", Open.O_PATH | Open.O_NOFOLLOW)) {
        assertThat(Directory.readlink(link)).isEqualTo(target);
        assertThat(Stat.of(link).isSymlink()).isTrue();
      }
      Scratch.write(dir, "f", "");
      Scratch.fails(Errno.EINVAL, "readlinkat", () -> Directory.readlinkat(d, "f"));
    }
  }
}
