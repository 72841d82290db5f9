package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * What statx(2) tells of a file.
 *
 * @param mode type and permission bits, as {@code st_mode}
 * @param blocks how many 512-byte blocks are allocated
 * @param mountId the mount it was seen through, as in mountinfo; 0 on kernels before 5.8
 * @param mountRoot whether it is the root of a mount
 */
public record Stat(
    int mode,
    int uid,
    int gid,
    long size,
    long nlink,
    long ino,
    long blocks,
    long mtimeSec,
    int mtimeNsec,
    long ctimeSec,
    int ctimeNsec,
    long atimeSec,
    int atimeNsec,
    int devMajor,
    int devMinor,
    int rdevMajor,
    int rdevMinor,
    long mountId,
    boolean mountRoot) {
  private static final Call STATX = Call.of("statx", 5);
  private static final int BASIC_AND_MOUNT_ID = 0x7ff | 0x1000; // STATX_BASIC_STATS, _MNT_ID
  private static final int ATTR_MOUNT_ROOT = 0x2000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int STATX_BYTES = 256;
  private static final int PERMISSIONS = 07777;

  /** Of an open file; works with O_PATH descriptors, also of symlinks. */
  public static Stat of(Fd fd) throws ErrnoException {
    return statx(fd, "", AT_EMPTY_PATH);
  }

  /** Of a host path, whose last component may be a symlink to follow. */
  public static Stat path(String path, boolean follow) throws ErrnoException {
    return at(Fd.CWD, path, follow);
  }

  /** Of a name in a directory. */
  public static Stat at(Fd directory, String name, boolean follow) throws ErrnoException {
    return statx(directory, name, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }

  public FileType type() {
    return FileType.ofMode(mode);
  }

  /** The mode without its type: at most 07777. */
  public int permissions() {
    return mode & PERMISSIONS;
  }

  public boolean isDirectory() {
    return type() == FileType.DIRECTORY;
  }

  public boolean isRegular() {
    return type() == FileType.REGULAR;
  }

  public boolean isSymlink() {
    return type() == FileType.SYMLINK;
  }

  private static Stat statx(Fd directory, String name, int flags) throws ErrnoException {
    try (var f = Frame.open()) {
      var x = f.bytes(STATX_BYTES);
      int result =
          (int)
              STATX.invoke(
                  f,
                  directory.number(),
                  f.string(name),
                  flags | AT_NO_AUTOMOUNT,
                  BASIC_AND_MOUNT_ID,
                  x.address());
      if (result == -1) {
        throw f.error(STATX, name.isEmpty() ? directory.toString() : directory + ", " + name);
      }
      return read(x);
    }
  }

  /** Offsets are those of {@code struct statx}, linux/stat.h. */
  private static Stat read(MemorySegment x) {
    return new Stat(
        Short.toUnsignedInt(x.get(JAVA_SHORT, 28)),
        x.get(JAVA_INT, 20),
        x.get(JAVA_INT, 24),
        x.get(JAVA_LONG, 40),
        Integer.toUnsignedLong(x.get(JAVA_INT, 16)),
        x.get(JAVA_LONG, 32),
        x.get(JAVA_LONG, 48),
        x.get(JAVA_LONG, 112),
        x.get(JAVA_INT, 120),
        x.get(JAVA_LONG, 96),
        x.get(JAVA_INT, 104),
        x.get(JAVA_LONG, 64),
        x.get(JAVA_INT, 72),
        x.get(JAVA_INT, 136),
        x.get(JAVA_INT, 140),
        x.get(JAVA_INT, 128),
        x.get(JAVA_INT, 132),
        (x.get(JAVA_INT, 0) & 0x1000) == 0 ? 0 : x.get(JAVA_LONG, 144),
        (x.get(JAVA_LONG, 8) & ATTR_MOUNT_ROOT) != 0);
  }
}
