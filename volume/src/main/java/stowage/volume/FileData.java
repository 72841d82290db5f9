package stowage.volume;

import java.nio.ByteBuffer;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Stat;

/**
 * Copies the bytes of files, by the fastest way that works between two filesystems: shared blocks,
 * a copy in the kernel, or read and write; and never the holes.
 */
final class FileData {
  private static final int BLOCK_BYTES = 512; // st_blocks
  private static final int BUFFER_BYTES = 256 << 10;
  private static final long KERNEL_COPY_BYTES = 64 << 20; // at a time, so that it can be cut short

  private ByteBuffer buffer;
  private boolean clones = true;
  private boolean copiesInKernel = true;

  /**
   * Copies what is in {@code from} to the empty file {@code to}.
   *
   * @param stat of {@code from} as it was just now
   * @return how many bytes the copy has
   */
  long copy(Fd from, Fd to, Stat stat) throws ErrnoException {
    long size = stat.size();
    if (size == 0) {
      return 0;
    }
    if (clones && clone(from, to)) {
      return size;
    }
    if (stat.blocks() * BLOCK_BYTES >= size && range(from, to, 0, size)) {
      return size; // no holes
    }
    long offset = 0;
    while (offset < size) {
      var data = Io.seekData(from, offset);
      if (data.isEmpty() || data.getAsLong() >= size) {
        break; // a hole to the end
      }
      offset = data.getAsLong();
      long end = Math.min(size, Io.seekHole(from, offset).orElse(size));
      if (!range(from, to, offset, end)) {
        break; // it became shorter
      }
      offset = end;
    }
    Io.ftruncate(to, size);
    return size;
  }

  private boolean clone(Fd from, Fd to) throws ErrnoException {
    try {
      Io.ficlone(from, to);
      return true;
    } catch (ErrnoException e) {
      if (!cannot(e)) {
        throw e;
      }
      clones = false;
      return false;
    }
  }

  /** Copies a range; false if the file ended within it. */
  private boolean range(Fd from, Fd to, long offset, long end) throws ErrnoException {
    while (offset < end) {
      long copied = copiesInKernel ? inKernel(from, to, offset, end) : -1;
      if (copied < 0) {
        copied = byBuffer(from, to, offset, end);
      }
      if (copied == 0) {
        return false;
      }
      offset += copied;
    }
    return true;
  }

  /** How much was copied, or -1 where the kernel cannot. */
  private long inKernel(Fd from, Fd to, long offset, long end) throws ErrnoException {
    try {
      long size = Math.min(end - offset, KERNEL_COPY_BYTES);
      long copied = Io.copyFileRange(from, offset, to, offset, size);
      // Some filesystems say 0 where there are bytes; then read them, to be sure.
      return copied == 0 ? -1 : copied;
    } catch (ErrnoException e) {
      if (!cannot(e)) {
        throw e;
      }
      copiesInKernel = false;
      return -1;
    }
  }

  private long byBuffer(Fd from, Fd to, long offset, long end) throws ErrnoException {
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    }
    buffer.clear().limit((int) Math.min(end - offset, BUFFER_BYTES));
    int read = Io.preadFully(from, buffer, offset);
    buffer.flip();
    Io.pwriteFully(to, buffer, offset);
    return read;
  }

  private static boolean cannot(ErrnoException e) {
    return e.is(Errno.EXDEV)
        || e.is(Errno.EINVAL)
        || e.is(Errno.EOPNOTSUPP)
        || e.is(Errno.ENOSYS)
        || e.is(Errno.ENOTTY)
        || e.is(Errno.EPERM);
  }
}
