package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Bytes of open files: reading, writing, copying, and making them durable.
 *
 * <p>Buffers are used from position to limit and their position moves past what was done. Direct
 * buffers go to the kernel as they are; others are copied through one, a part at a time.
 *
 * <p>A call may do less than asked, as read(2) and write(2) do; those that end in {@code Fully} do
 * not. A blocking call pins a virtual thread's carrier: use a platform thread for those.
 */
public final class Io {
  private static final Call READ = Call.of("read", 3);
  private static final Call WRITE = Call.of("write", 3);
  private static final Call PREAD = Call.of("pread64", 4);
  private static final Call PWRITE = Call.of("pwrite64", 4);
  private static final Call FSYNC = Call.of("fsync", 1);
  private static final Call FDATASYNC = Call.of("fdatasync", 1);
  private static final Call SYNCFS = Call.of("syncfs", 1);
  private static final Call SYNC_FILE_RANGE = Call.of("sync_file_range", 4);
  private static final Call FTRUNCATE = Call.of("ftruncate64", 2);
  private static final Call FALLOCATE = Call.of("fallocate64", 4);
  private static final Call COPY_FILE_RANGE = Call.of("copy_file_range", 6);
  private static final Call LSEEK = Call.of("lseek64", 3);
  private static final Call IOCTL = Call.variadic("ioctl", 2, 3);
  private static final Call FLOCK = Call.of("flock", 2);
  private static final Call FADVISE = Call.of("posix_fadvise64", 4);

  private static final int SYNC_FILE_RANGE_WRITE = 2; // linux/fs.h
  private static final int SEEK_SET = 0;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int FALLOC_FL_ZERO_RANGE = 16;
  private static final long FICLONE = 0x40049409L; // linux/fs.h
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;
  private static final int POSIX_FADV_SEQUENTIAL = 2;
  private static final int POSIX_FADV_DONTNEED = 4;

  /** A part of a heap buffer that is copied at a time. */
  private static final int BOUNCE_BYTES = 256 << 10;

  private static final long AT_OFFSET = -1; // where the file's own offset is

  private Io() {}

  /** How many bytes were read, or -1 at the end of the file, as a channel says it. */
  public static int read(Fd fd, ByteBuffer to) throws ErrnoException {
    return transfer(READ, fd, to, AT_OFFSET);
  }

  /** As {@link #read}, from {@code offset}; the file's own offset stays. */
  public static int pread(Fd fd, ByteBuffer to, long offset) throws ErrnoException {
    return transfer(PREAD, fd, to, offset);
  }

  /** Reads until the buffer is full or the file ends; how many bytes, which may be 0. */
  public static int preadFully(Fd fd, ByteBuffer to, long offset) throws ErrnoException {
    int start = to.position();
    while (to.hasRemaining() && pread(fd, to, offset + to.position() - start) > 0) {}
    return to.position() - start;
  }

  public static int write(Fd fd, ByteBuffer from) throws ErrnoException {
    return transfer(WRITE, fd, from, AT_OFFSET);
  }

  public static int pwrite(Fd fd, ByteBuffer from, long offset) throws ErrnoException {
    return transfer(PWRITE, fd, from, offset);
  }

  public static void writeFully(Fd fd, ByteBuffer from) throws ErrnoException {
    while (from.hasRemaining()) {
      write(fd, from);
    }
  }

  public static void pwriteFully(Fd fd, ByteBuffer from, long offset) throws ErrnoException {
    int start = from.position();
    while (from.hasRemaining()) {
      pwrite(fd, from, offset + from.position() - start);
    }
  }

  private static int transfer(Call call, Fd fd, ByteBuffer buffer, long offset)
      throws ErrnoException {
    boolean reads = call == READ || call == PREAD;
    int asked = buffer.remaining();
    int done;
    if (buffer.isDirect()) {
      try {
        done = direct(call, fd, MemorySegment.ofBuffer(buffer), offset);
      } finally {
        Reference.reachabilityFence(buffer);
      }
    } else {
      try (var arena = Arena.ofConfined()) {
        var bounce = arena.allocate(Math.clamp(asked, 1, BOUNCE_BYTES), 8);
        var part = bounce.asSlice(0, Math.min(asked, BOUNCE_BYTES));
        var heap = MemorySegment.ofBuffer(buffer);
        if (!reads) {
          part.copyFrom(heap.asSlice(0, part.byteSize()));
        }
        done = direct(call, fd, part, offset);
        if (reads) {
          heap.copyFrom(part.asSlice(0, done));
        }
      }
    }
    buffer.position(buffer.position() + done);
    return reads && done == 0 && asked > 0 ? -1 : done;
  }

  private static int direct(Call call, Fd fd, MemorySegment bytes, long offset)
      throws ErrnoException {
    try (var f = Frame.open()) {
      long address = bytes.address();
      long size = bytes.byteSize();
      long done =
          offset == AT_OFFSET
              ? call.invoke(f, fd.number(), address, size)
              : call.invoke(f, fd.number(), address, size, offset);
      if (done == -1) {
        var where = offset == AT_OFFSET ? "" : " at " + offset;
        throw f.error(call, "%s, %d bytes%s".formatted(fd, size, where));
      }
      return (int) done;
    }
  }

  /** Everything of the file, and the metadata needed to read it, is durable. */
  public static void fsync(Fd fd) throws ErrnoException {
    onFd(FSYNC, fd);
  }

  /** As fsync, without metadata that reading does not need (times). */
  public static void fdatasync(Fd fd) throws ErrnoException {
    onFd(FDATASYNC, fd);
  }

  /** The whole filesystem that holds the file is durable. */
  public static void syncfs(Fd fd) throws ErrnoException {
    onFd(SYNCFS, fd);
  }

  /**
   * Tells the disk to begin with what was written in {@code [offset, offset + size)}, so that a
   * later fsync has less to wait for. Makes nothing durable and reports no failed write.
   */
  public static void startWriteback(Fd fd, long offset, long size) throws ErrnoException {
    try (var f = Frame.open()) {
      int result =
          (int) SYNC_FILE_RANGE.invoke(f, fd.number(), offset, size, SYNC_FILE_RANGE_WRITE);
      if (result == -1) {
        throw f.error(SYNC_FILE_RANGE, fd + ", " + offset + ", " + size);
      }
    }
  }

  private static void onFd(Call call, Fd fd) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) call.invoke(f, fd.number()) == -1) {
        throw f.error(call, fd.toString());
      }
    }
  }

  public static void ftruncate(Fd fd, long size) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) FTRUNCATE.invoke(f, fd.number(), size) == -1) {
        throw f.error(FTRUNCATE, fd + ", " + size);
      }
    }
  }

  /** Reserves space for {@code [offset, offset + size)}, growing the file if need be. */
  public static void allocate(Fd fd, long offset, long size) throws ErrnoException {
    fallocate(fd, 0, offset, size);
  }

  /** Gives back the space of {@code [offset, offset + size)}, which then reads as zeroes. */
  public static void punchHole(Fd fd, long offset, long size) throws ErrnoException {
    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size);
  }

  /** Makes {@code [offset, offset + size)} read as zeroes, with space reserved for it. */
  public static void zeroRange(Fd fd, long offset, long size) throws ErrnoException {
    fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offset, size);
  }

  private static void fallocate(Fd fd, int mode, long offset, long size) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) FALLOCATE.invoke(f, fd.number(), mode, offset, size) == -1) {
        throw f.error(FALLOCATE, "%s, %d, %d bytes".formatted(fd, offset, size));
      }
    }
  }

  /**
   * Copies inside the kernel, sharing blocks where the filesystem can; both offsets are explicit.
   *
   * @return how many bytes, 0 at the end of {@code from}
   * @throws ErrnoException EXDEV or EINVAL where the kernel cannot between these two files, then
   *     read and write instead
   */
  public static long copyFileRange(Fd from, long fromOffset, Fd to, long toOffset, long size)
      throws ErrnoException {
    try (var f = Frame.open()) {
      var offsets = f.bytes(16);
      offsets.set(JAVA_LONG, 0, fromOffset);
      offsets.set(JAVA_LONG, 8, toOffset);
      long at = offsets.address();
      long done = COPY_FILE_RANGE.invoke(f, from.number(), at, to.number(), at + 8, size, 0);
      if (done == -1) {
        throw f.error(COPY_FILE_RANGE, "%s -> %s, %d bytes".formatted(from, to, size));
      }
      return done;
    }
  }

  /** Makes {@code to} a copy that shares every block of {@code from} until one is written. */
  public static void ficlone(Fd from, Fd to) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) IOCTL.invoke(f, to.number(), FICLONE, from.number()) == -1) {
        throw f.error(IOCTL, "FICLONE, %s -> %s".formatted(from, to));
      }
    }
  }

  /** Moves the file's own offset, which {@link #read} and {@link #write} use. */
  public static void seek(Fd fd, long offset) throws ErrnoException {
    try (var f = Frame.open()) {
      if (LSEEK.invoke(f, fd.number(), offset, SEEK_SET) == -1) {
        throw f.error(LSEEK, fd + ", " + offset);
      }
    }
  }

  /** Where data begins at or after {@code offset}; empty when only a hole or nothing follows. */
  public static OptionalLong seekData(Fd fd, long offset) throws ErrnoException {
    return seek(fd, offset, SEEK_DATA, "SEEK_DATA");
  }

  /** Where the next hole begins, the end of the file being one; empty past the end. */
  public static OptionalLong seekHole(Fd fd, long offset) throws ErrnoException {
    return seek(fd, offset, SEEK_HOLE, "SEEK_HOLE");
  }

  private static OptionalLong seek(Fd fd, long offset, int whence, String whenceName)
      throws ErrnoException {
    try (var f = Frame.open()) {
      long found = LSEEK.invoke(f, fd.number(), offset, whence);
      if (found == -1) {
        if (f.errno() == Errno.ENXIO.number) {
          return OptionalLong.empty();
        }
        throw f.error(LSEEK, "%s, %d, %s".formatted(fd, offset, whenceName));
      }
      return OptionalLong.of(found);
    }
  }

  /** Takes the exclusive lock of the open file, unless another has it; whether it was taken. */
  public static boolean tryLock(Fd fd) throws ErrnoException {
    return flock(fd, LOCK_EX | LOCK_NB);
  }

  /** Takes a shared lock of the open file, unless another has the exclusive one. */
  public static boolean tryLockShared(Fd fd) throws ErrnoException {
    return flock(fd, LOCK_SH | LOCK_NB);
  }

  /** Waits for the exclusive lock of the open file. */
  public static void lock(Fd fd) throws ErrnoException {
    flock(fd, LOCK_EX);
  }

  public static void unlock(Fd fd) throws ErrnoException {
    flock(fd, LOCK_UN);
  }

  private static boolean flock(Fd fd, int operation) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) FLOCK.invoke(f, fd.number(), operation) == 0) {
        return true;
      }
      if (f.errno() == Errno.EAGAIN.number) {
        return false;
      }
      throw f.error(FLOCK, fd.toString());
    }
  }

  /** Tells the kernel that the file will be read from front to back: it reads ahead further. */
  public static void willReadInOrder(Fd fd) throws ErrnoException {
    advise(fd, POSIX_FADV_SEQUENTIAL);
  }

  /** Drops the file's clean pages from memory: for files read once, and for tests. */
  public static void dropCache(Fd fd) throws ErrnoException {
    advise(fd, POSIX_FADV_DONTNEED);
  }

  private static void advise(Fd fd, int advice) throws ErrnoException {
    try (var f = Frame.open()) {
      // posix_ functions return the errno and leave errno alone.
      int errno = (int) FADVISE.invoke(f, fd.number(), 0, 0, advice);
      if (errno != 0) {
        throw new ErrnoException(FADVISE.name(), fd.toString(), errno);
      }
    }
  }
}
