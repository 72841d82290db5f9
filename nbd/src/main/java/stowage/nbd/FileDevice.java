package stowage.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import stowage.block.BlockDevice;
import stowage.block.SendsFile;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.store.DiskFull;

/** A plain file as a device: an image as other tools make them. Its size is what it is now. */
public final class FileDevice implements BlockDevice, SendsFile {
  private final Fd fd;
  private final FileChannel channel;
  private final long size;

  /** Opens a file whose size is a multiple of the sector. */
  public FileDevice(Path file) throws IOException {
    fd = Open.open(file.toString(), Open.O_RDWR);
    channel =
        FileChannel.open(Path.of(fd.procPath()), StandardOpenOption.READ, StandardOpenOption.WRITE);
    size = channel.size() & -SECTOR;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException("the file is shorter than it was");
      }
      at += count;
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    int start = source.position();
    try {
      long at = offset;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    } catch (IOException hidesItsErrno) {
      source.position(start);
      try {
        Io.pwriteFully(fd, source, offset);
      } catch (ErrnoException e) {
        throw meaning(e);
      }
    }
  }

  private static IOException meaning(ErrnoException e) {
    return e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT) ? new DiskFull(e.getMessage(), e) : e;
  }

  @Override
  public void flush() throws IOException {
    channel.force(false);
  }

  @Override
  public void trim(long offset, long length) throws IOException {
    Io.punchHole(fd, offset, length);
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    Io.punchHole(fd, offset, length);
    try {
      Io.allocate(fd, offset, length);
    } catch (ErrnoException e) {
      throw meaning(e);
    }
  }

  @Override
  public List<Extent> extents(long offset, long length) throws IOException {
    var extents = new ArrayList<Extent>();
    long end = offset + length;
    for (long at = offset; at < end; ) {
      // A filesystem's holes begin and end at blocks of its own, which are sectors at least.
      long data = Math.min(Io.seekData(fd, at).orElse(end), end);
      if (data > at) {
        extents.add(new Extent(data - at, true));
      }
      long hole = data == end ? end : Math.min(Io.seekHole(fd, data).orElse(end), end);
      if (hole > data) {
        extents.add(new Extent(hole - data, false));
      }
      at = hole;
    }
    return extents;
  }

  @Override
  public long send(long offset, long length, WritableByteChannel target) throws IOException {
    return channel.transferTo(offset, length, target);
  }

  @Override
  public void close() throws IOException {
    try (fd) {
      channel.close();
    }
  }
}
