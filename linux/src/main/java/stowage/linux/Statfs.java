package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * What statfs(2) tells of a filesystem.
 *
 * @param type its magic number, such as {@link #EXT4}
 * @param blockSize bytes of what the counts of blocks count
 * @param free blocks that nobody uses
 * @param available blocks that users without privilege may still fill
 */
public record Statfs(
    long type,
    long blockSize,
    long blocks,
    long free,
    long available,
    long files,
    long filesFree) {
  public static final long EXT4 = 0xef53; // linux/magic.h, these all
  public static final long XFS = 0x58465342;
  public static final long BTRFS = 0x9123683eL;
  public static final long OVERLAY = 0x794c7630;
  public static final long EROFS = 0xe0f5e1e2L;
  public static final long TMPFS = 0x01021994;
  public static final long NFS = 0x6969;
  public static final long FUSE = 0x65735546;

  private static final Call STATFS = Call.of("statfs64", 2);
  private static final Call FSTATFS = Call.of("fstatfs64", 2);
  private static final int STATFS_BYTES = 120;

  /** Of the filesystem that holds an open file. */
  public static Statfs of(Fd fd) throws ErrnoException {
    try (var f = Frame.open()) {
      var s = f.bytes(STATFS_BYTES);
      int result = (int) FSTATFS.invoke(f, fd.number(), s.address());
      if (result == -1) {
        throw f.error(FSTATFS, fd.toString());
      }
      return read(s);
    }
  }

  public static Statfs path(String path) throws ErrnoException {
    try (var f = Frame.open()) {
      var s = f.bytes(STATFS_BYTES);
      int result = (int) STATFS.invoke(f, f.string(path), s.address());
      if (result == -1) {
        throw f.error(STATFS, path);
      }
      return read(s);
    }
  }

  public long sizeBytes() {
    return blocks * blockSize;
  }

  public long availableBytes() {
    return available * blockSize;
  }

  /** Offsets are those of {@code struct statfs}; blocks are counted in f_frsize. */
  private static Statfs read(MemorySegment s) {
    return new Statfs(
        s.get(JAVA_LONG, 0),
        s.get(JAVA_LONG, 72),
        s.get(JAVA_LONG, 16),
        s.get(JAVA_LONG, 24),
        s.get(JAVA_LONG, 32),
        s.get(JAVA_LONG, 40),
        s.get(JAVA_LONG, 48));
  }
}
