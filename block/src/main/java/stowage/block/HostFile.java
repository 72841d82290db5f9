package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Stat;
import stowage.store.DiskFull;

/** A {@link RandomFile} of this machine. Its calls are interrupted by nothing. */
final class HostFile implements RandomFile {
  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

  private final Fd fd;

  HostFile(Fd fd) {
    this.fd = fd;
  }

  Fd fd() {
    return fd;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Io.preadFully(fd, target, offset);
    zeroRest(target);
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    try {
      Io.pwriteFully(fd, source, offset);
    } catch (ErrnoException e) {
      throw meaning(e);
    }
  }

  @Override
  public void punch(long offset, long length) throws IOException {
    try {
      Io.punchHole(fd, offset, length);
    } catch (ErrnoException e) {
      throw meaning(e);
    }
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    try {
      Io.zeroRange(fd, offset, length);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw meaning(e);
      }
      punch(offset, length); // tmpfs
    }
  }

  @Override
  public void sync() throws IOException {
    try {
      Io.fdatasync(fd);
    } catch (ErrnoException e) {
      throw meaning(e);
    }
  }

  @Override
  public long size() throws IOException {
    return Stat.of(fd).size();
  }

  @Override
  public void resize(long size) throws IOException {
    try {
      Io.ftruncate(fd, size);
    } catch (ErrnoException e) {
      throw meaning(e);
    }
  }

  @Override
  public long data(long from, long end) throws IOException {
    return Math.min(end, Io.seekData(fd, from).orElse(end));
  }

  @Override
  public long hole(long from, long end) throws IOException {
    return Math.min(end, Io.seekHole(fd, from).orElse(from));
  }

  @Override
  public long allocated() throws IOException {
    return Stat.of(fd).blocks() * 512;
  }

  @Override
  public void close() {
    fd.close();
  }

  /** Fills the buffer up with zeroes. */
  static void zeroRest(ByteBuffer target) {
    while (target.hasRemaining()) {
      int length = Math.min(target.remaining(), ZEROES.capacity());
      target.put(target.position(), ZEROES, 0, length);
      target.position(target.position() + length);
    }
  }

  static IOException meaning(ErrnoException e) {
    return e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT) ? new DiskFull(e.getMessage(), e) : e;
  }
}
