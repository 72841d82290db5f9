package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttributesTest {
  @TempDir Path dir;
  private Fd directory;
  private Fd file;

  @BeforeEach
  void aFileAndALink() throws Exception {
    directory = Scratch.open(dir);
    file = Scratch.create(dir, "f");
    Directory.symlinkat("f", directory, "link");
  }

  @AfterEach
  void close() {
    file.close();
    directory.close();
  }

  @Test
  void statTellsWhatIsThere() throws Exception {
    Io.pwriteFully(file, ByteBuffer.allocate(5000), 0);
    var stat = Stat.at(directory, "f", false);
    assertThat(stat.type()).isEqualTo(FileType.REGULAR);
    assertThat(stat.permissions()).isEqualTo(0644);
    assertThat(stat.size()).isEqualTo(5000);
    assertThat(stat.nlink()).isEqualTo(1);
    assertThat(stat.ino()).isPositive();
    assertThat(stat.mountRoot()).isFalse();
    assertThat(stat.mountId()).isPositive();
    assertThat(stat).isEqualTo(Stat.of(file));
    assertThat(stat).isEqualTo(Stat.path(Scratch.path(dir, "link"), true));
    assertThat(Stat.at(directory, "link", false).type()).isEqualTo(FileType.SYMLINK);
    assertThat(Stat.path("/proc", true).mountRoot()).isTrue();
    var zero = Stat.path("/dev/zero", true);
    assertThat(zero.type()).isEqualTo(FileType.CHARACTER_DEVICE);
    assertThat(zero.rdevMajor()).isEqualTo(1);
    assertThat(zero.rdevMinor()).isEqualTo(5);
    Scratch.fails(Errno.ENOENT, "statx", () -> Stat.at(directory, "none", true));
    Scratch.fails(Errno.ENOTDIR, "statx", () -> Stat.at(file, "f", true));
  }

  @Test
  void ownersAreSetAndSymlinksAreNotFollowed() throws Exception {
    Attributes.fchown(file, 1000, (int) 4_000_000_000L);
    var stat = Stat.of(file);
    assertThat(stat.uid()).isEqualTo(1000);
    assertThat(Integer.toUnsignedLong(stat.gid())).isEqualTo(4_000_000_000L);
    Attributes.fchownat(directory, "link", 7, Attributes.UNCHANGED);
    assertThat(Stat.at(directory, "link", false).uid()).isEqualTo(7);
    assertThat(Stat.of(file).uid()).as("the link's target").isEqualTo(1000);
    try (var path = Open.openat(directory, "f", Open.O_PATH)) {
      Attributes.fchownat(path, "", 8, 9);
      assertThat(Stat.of(file).uid()).isEqualTo(8);
      Scratch.fails(Errno.EBADF, "fchown", () -> Attributes.fchown(path, 1, 1));
    }
    Scratch.fails(
        Errno.ENOENT, "fchownat", () -> Attributes.fchownat(directory, "none", 1, 1));
  }

  @Test
  void modesAreSet() throws Exception {
    Attributes.fchmod(file, 04711);
    assertThat(Stat.of(file).permissions()).isEqualTo(04711);
    Attributes.fchmodat(directory, "f", 01777);
    assertThat(Stat.of(file).permissions()).isEqualTo(01777);
    try (var path = Open.openat(directory, "f", Open.O_PATH);
        var link = Open.openat(directory, "link", Open.O_PATH | Open.O_NOFOLLOW)) {
      Attributes.fchmodPath(path, 0600);
      assertThat(Stat.of(file).permissions()).isEqualTo(0600);
      Scratch.fails(Errno.EBADF, "fchmod", () -> Attributes.fchmod(path, 0));
      Scratch.fails(Errno.EOPNOTSUPP, "fchmodat", () -> Attributes.fchmodPath(link, 0));
    }
    Scratch.fails(Errno.ENOENT, "fchmodat", () -> Attributes.fchmodat(directory, "none", 0));
  }

  @Test
  void timesAreSetToTheNanosecond() throws Exception {
    Attributes.futimens(file, 1_000_000_001L, 123_456_789, -5, 987_654_321);
    var stat = Stat.of(file);
    assertThat(stat.atimeSec()).isEqualTo(1_000_000_001L);
    assertThat(stat.atimeNsec()).isEqualTo(123_456_789);
    assertThat(stat.mtimeSec()).isEqualTo(-5);
    assertThat(stat.mtimeNsec()).isEqualTo(987_654_321);

    Attributes.utimensat(directory, "link", 0, Attributes.UTIME_OMIT, 42, 7);
    assertThat(Stat.at(directory, "link", false).mtimeSec()).isEqualTo(42);
    assertThat(Stat.of(file).mtimeSec()).as("the link's target").isEqualTo(-5);

    Attributes.utimensat(directory, "f", 0, Attributes.UTIME_OMIT, 9, 0);
    assertThat(Stat.of(file).atimeSec()).as("left out").isEqualTo(1_000_000_001L);
    Scratch.fails(
        Errno.ENOENT, "utimensat", () -> Attributes.utimensat(directory, "none", 0, 0, 0, 0));
    Scratch.fails(
        Errno.EINVAL, "futimens", () -> Attributes.futimens(file, 0, -7, 0, 0));
  }
}
