package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopTest {
  private static final int SIZE = 1 << 20;
  private static final long SEED = Long.getLong("seed", 7);

  @TempDir Path dir;

  @Test
  void theDeviceHoldsTheFilesBytes() throws Exception {
    var content = new byte[SIZE];
    new Random(SEED).nextBytes(content);
    try (var file = Scratch.create(dir, "f")) {
      Io.writeFully(file, ByteBuffer.wrap(content));
      String path;
      try (var loop = Loop.attach(file, true, false)) {
        path = loop.path();
        var read = ByteBuffer.allocate(SIZE);
        assertThat(Io.preadFully(loop.fd(), read, 0)).isEqualTo(SIZE);
        assertThat(read.array()).as("seed " + SEED).isEqualTo(content);
        assertThat(Io.pread(loop.fd(), ByteBuffer.allocate(1), SIZE)).isEqualTo(-1);
        Scratch.fails(
            Errno.EBADF, "pwrite64", () -> Io.pwrite(loop.fd(), ByteBuffer.allocate(512), 0));
      }
      Scratch.fails(Errno.ENXIO, "ioctl", () -> Loop.detach(path));
    }
  }

  @Test
  void writesReachTheFile() throws Exception {
    try (var file = Scratch.create(dir, "f")) {
      Io.ftruncate(file, SIZE);
      try (var loop = Loop.attach(file, false, true)) {
        Io.pwriteFully(loop.fd(), ByteBuffer.wrap("x".repeat(4096).getBytes()), 4096);
        Io.fsync(loop.fd());
      }
      assertThat(Scratch.read(dir, "f").charAt(5000)).isEqualTo('x');
    }
  }

  @Test
  void twoFilesGetTwoDevices() throws Exception {
    try (var file = Scratch.create(dir, "f")) {
      Io.ftruncate(file, SIZE);
      try (var a = Loop.attach(file, true, false);
          var b = Loop.attach(file, true, false)) {
        assertThat(a.path()).isNotEqualTo(b.path());
        Loop.detach(a.path());
      }
    }
  }

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    try (var d = Scratch.open(dir)) {
      Scratch.fails(Errno.EINVAL, "ioctl", () -> Loop.attach(d, true, false));
    }
  }
}
