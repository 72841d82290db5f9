package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FifoTest {
  @TempDir Path dir;

  @Test
  void whatIsWrittenIsReadAndPollTellsWhen() throws Exception {
    var path = Scratch.path(dir, "fifo");
    Fifo.mkfifo(path, 0600);
    assertThat(Stat.path(path, false).type()).isEqualTo(FileType.FIFO);
    Scratch.fails(Errno.EEXIST, "mkfifo", () -> Fifo.mkfifo(path, 0600));
    Scratch.fails(
        Errno.ENXIO, "open64", () -> Open.open(path, Open.O_WRONLY | Open.O_NONBLOCK));
    try (var both = Open.open(path, Open.O_RDWR | Open.O_NONBLOCK)) {
      Scratch.fails(Errno.EAGAIN, "read", () -> Io.read(both, ByteBuffer.allocate(1)));
      assertThat(Poll.poll(both, Poll.POLLIN, 0)).isZero();
      assertThat(Poll.poll(both, Poll.POLLIN | Poll.POLLOUT, 0)).isEqualTo(Poll.POLLOUT);
      Io.write(both, ByteBuffer.wrap(new byte[3]));
      assertThat(Poll.poll(both, Poll.POLLIN, Poll.FOREVER)).isEqualTo(Poll.POLLIN);
      assertThat(Io.read(both, ByteBuffer.allocateDirect(9))).isEqualTo(3);
    }
  }

  @Test
  void filesystemsTellTypeAndSpace() throws Exception {
    var of = Statfs.path("/proc");
    assertThat(of.type()).isEqualTo(0x9fa0);
    try (var d = Scratch.open(dir)) {
      var fs = Statfs.of(d);
      assertThat(fs.blockSize()).isPositive();
      assertThat(fs.free()).isBetween(fs.available(), fs.blocks());
      assertThat(fs.availableBytes()).isEqualTo(fs.available() * fs.blockSize());
      assertThat(fs.sizeBytes()).isEqualTo(dir.toFile().getTotalSpace());
      assertThat(fs.filesFree()).isLessThanOrEqualTo(fs.files());
    }
    Scratch.fails(Errno.ENOENT, "statfs64", () -> Statfs.path("/none"));
    try (var root = Open.open("/", Open.O_RDONLY)) {
      var closed = root.duplicate();
      int number = closed.number();
      closed.close();
      Scratch.fails(Errno.EBADF, "fstatfs64", () -> Statfs.of(Fd.adopt(number)));
    }
  }
}
