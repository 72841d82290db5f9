package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoTest {
  private static final int SIZE = 700_001; // more than two bounce buffers
  private static final long SEED = Long.getLong("seed", 42);

  @TempDir Path dir;

  private static byte[] content() {
    var bytes = new byte[SIZE];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Test
  void heapAndDirectBuffersHoldTheSame() throws Exception {
    var content = content();
    try (var file = Scratch.create(dir, "f")) {
      Io.writeFully(file, ByteBuffer.wrap(content));
      Io.pwriteFully(file, direct(content), SIZE);
      for (var buffer :
          new ByteBuffer[] {ByteBuffer.allocate(SIZE), ByteBuffer.allocateDirect(SIZE)}) {
        for (long at = 0; at <= SIZE; at += SIZE) {
          buffer.clear();
          assertThat(Io.preadFully(file, buffer, at)).isEqualTo(SIZE);
          assertThat(buffer.flip()).as("seed " + SEED).isEqualTo(ByteBuffer.wrap(content));
        }
      }
    }
  }

  @Test
  void onlyWhatIsBetweenPositionAndLimitIsUsed() throws Exception {
    try (var file = Scratch.create(dir, "f")) {
      var from = ByteBuffer.wrap("..abc..".getBytes()).position(2).limit(5);
      assertThat(Io.write(file, from)).isEqualTo(3);
      assertThat(from.position()).isEqualTo(5);
      Io.seek(file, 0);
      var to = ByteBuffer.allocate(9).position(1).limit(8);
      assertThat(Io.read(file, to)).isEqualTo(3);
      assertThat(to.position()).isEqualTo(4);
      assertThat(to.array()).startsWith(0, 'a', 'b', 'c', 0);
      assertThat(Io.read(file, to)).as("end of file").isEqualTo(-1);
      assertThat(Io.read(file, ByteBuffer.allocate(0))).isZero();
    }
  }

  @Test
  void errorsNameTheCall() throws Exception {
    Scratch.write(dir, "f", "x");
    var one = ByteBuffer.allocate(1);
    try (var r = Open.open(Scratch.path(dir, "f"), Open.O_RDONLY);
        var w = Open.open(Scratch.path(dir, "f"), Open.O_WRONLY);
        var path = Open.open(Scratch.path(dir, "f"), Open.O_PATH)) {
      Scratch.fails(Errno.EBADF, "write", () -> Io.write(r, one));
      Scratch.fails(Errno.EBADF, "pwrite64", () -> Io.pwrite(r, one, 0));
      Scratch.fails(Errno.EBADF, "read", () -> Io.read(w, one));
      Scratch.fails(Errno.EBADF, "pread64", () -> Io.pread(w, one, 0));
      Scratch.fails(Errno.EINVAL, "ftruncate64", () -> Io.ftruncate(r, 0));
      Scratch.fails(Errno.EBADF, "fsync", () -> Io.fsync(path));
      Scratch.fails(Errno.EBADF, "fdatasync", () -> Io.fdatasync(path));
      Scratch.fails(Errno.EBADF, "syncfs", () -> Io.syncfs(path));
      Scratch.fails(Errno.EBADF, "sync_file_range", () -> Io.startWriteback(path, 0, 1));
      Scratch.fails(Errno.EBADF, "fallocate64", () -> Io.allocate(r, 0, 1));
      Scratch.fails(Errno.EBADF, "copy_file_range", () -> Io.copyFileRange(r, 0, r, 0, 1));
      Scratch.fails(Errno.EBADF, "lseek64", () -> Io.seek(path, 0));
      Scratch.fails(Errno.EBADF, "flock", () -> Io.lock(path));
      Scratch.fails(Errno.EBADF, "posix_fadvise64", () -> Io.dropCache(path));
    }
  }

  @Test
  void theFullDeviceIsEnospc() throws Exception {
    try (var full = Open.open("/dev/full", Open.O_WRONLY)) {
      Scratch.fails(Errno.ENOSPC, "write", () -> Io.write(full, ByteBuffer.allocate(1)));
    }
  }

  @Test
  void syncingSucceeds() throws Exception {
    try (var d = Scratch.open(dir);
        var file = Scratch.create(dir, "f")) {
      Io.fdatasync(file);
      Io.fsync(file);
      Io.fsync(d);
      Io.syncfs(d);
      Io.startWriteback(file, 0, 4096);
    }
  }

  @Test
  void holesAreMadeAndFound() throws Exception {
    int mib = 1 << 20;
    try (var file = Scratch.create(dir, "f")) {
      Io.ftruncate(file, 4L * mib);
      assertThat(Io.seekData(file, 0)).isEmpty();
      assertThat(Io.seekHole(file, 0)).isEqualTo(OptionalLong.of(0));
      Io.pwriteFully(file, ByteBuffer.allocateDirect(2 * mib), mib);
      Io.fsync(file);
      assertThat(Io.seekData(file, 0)).isEqualTo(OptionalLong.of(mib));
      assertThat(Io.seekHole(file, mib)).isEqualTo(OptionalLong.of(3L * mib));
      long before = Stat.of(file).blocks();
      Io.punchHole(file, mib, mib);
      assertThat(Io.seekData(file, 0)).isEqualTo(OptionalLong.of(2L * mib));
      assertThat(Stat.of(file).blocks()).isEqualTo(before - mib / 512);
      assertThat(Stat.of(file).size()).isEqualTo(4L * mib);
      assertThat(Io.seekHole(file, 5L * mib)).as("past the end").isEmpty();
    }
  }

  @Test
  void allocateGrowsTheFile() throws Exception {
    try (var file = Scratch.create(dir, "f")) {
      Io.allocate(file, 0, 1 << 20);
      assertThat(Stat.of(file).size()).isEqualTo(1 << 20);
      assertThat(Stat.of(file).blocks()).isGreaterThanOrEqualTo((1 << 20) / 512);
    }
  }

  @Test
  void copyFileRangeCopiesTheRange() throws Exception {
    var content = content();
    try (var from = Scratch.create(dir, "a");
        var to = Scratch.create(dir, "b")) {
      Io.writeFully(from, ByteBuffer.wrap(content));
      long at = 1000;
      while (at < SIZE) {
        at += Io.copyFileRange(from, at, to, at - 1000, SIZE - at);
      }
      assertThat(Io.copyFileRange(from, SIZE, to, 0, 10)).as("at the end").isZero();
      var copy = ByteBuffer.allocate(SIZE);
      assertThat(Io.preadFully(to, copy, 0)).isEqualTo(SIZE - 1000);
      assertThat(copy.flip()).isEqualTo(ByteBuffer.wrap(content, 1000, SIZE - 1000));
    }
  }

  @Test
  void ficloneSharesOrSaysWhyNot() throws Exception {
    try (var from = Scratch.create(dir, "a");
        var to = Scratch.create(dir, "b")) {
      Io.writeFully(from, ByteBuffer.wrap("abc".getBytes()));
      long type = Statfs.of(from).type();
      if (type == Statfs.XFS || type == Statfs.BTRFS) {
        Io.ficlone(from, to);
        assertThat(Scratch.read(dir, "b")).isEqualTo("abc");
      } else {
        Scratch.fails(Errno.EOPNOTSUPP, "ioctl", () -> Io.ficlone(from, to));
      }
    }
  }

  @Test
  void locksExcludeEachOther() throws Exception {
    try (var a = Scratch.create(dir, "f");
        var b = Open.open(Scratch.path(dir, "f"), Open.O_RDONLY)) {
      assertThat(Io.tryLock(a)).isTrue();
      assertThat(Io.tryLock(b)).isFalse();
      assertThat(Io.tryLockShared(b)).isFalse();
      Io.unlock(a);
      assertThat(Io.tryLockShared(b)).isTrue();
      assertThat(Io.tryLockShared(a)).isTrue();
      assertThat(Io.tryLock(a)).isFalse();
    }
  }
}
