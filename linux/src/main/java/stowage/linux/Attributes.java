package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Owner, mode and times of files; {@link Xattrs} has the extended attributes.
 *
 * <p>The calls ending in {@code at} take a name in an open directory. Changing the owner clears
 * set-id bits and file capabilities, so set the owner first.
 */
public final class Attributes {
  /** For an owner or group that stays as it is. */
  public static final int UNCHANGED = -1;

  /** In place of nanoseconds: this time stays as it is. */
  public static final int UTIME_OMIT = (1 << 30) - 2;

  /** In place of nanoseconds: the kernel's clock. */
  public static final int UTIME_NOW = (1 << 30) - 1;

  private static final Call FCHOWN = Call.of("fchown", 3);
  private static final Call FCHOWNAT = Call.of("fchownat", 5);
  private static final Call FCHMOD = Call.of("fchmod", 2);
  private static final Call FCHMODAT = Call.of("fchmodat", 4);
  private static final Call UTIMENSAT = Call.of("utimensat", 4);
  private static final Call FUTIMENS = Call.of("futimens", 2);
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int TIMES_BYTES = 32; // struct timespec[2]: access, modification

  private Attributes() {}

  public static void fchown(Fd fd, int uid, int gid) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) FCHOWN.invoke(f, fd.number(), uid, gid) == -1) {
        throw f.error(FCHOWN, "%s, %d:%d".formatted(fd, uid, gid));
      }
    }
  }

  /** Of a name in a directory; of a symlink itself. An empty name is the directory descriptor. */
  public static void fchownat(Fd directory, String name, int uid, int gid)
      throws ErrnoException {
    int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
    try (var f = Frame.open()) {
      int result =
          (int) FCHOWNAT.invoke(f, directory.number(), f.string(name), uid, gid, flags);
      if (result == -1) {
        throw f.error(FCHOWNAT, "%s, %s, %d:%d".formatted(directory, name, uid, gid));
      }
    }
  }

  public static void fchmod(Fd fd, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) FCHMOD.invoke(f, fd.number(), mode) == -1) {
        throw f.error(FCHMOD, "%s, %o".formatted(fd, mode));
      }
    }
  }

  /**
   * Of a name in a directory. A symlink is <em>followed</em>: Linux has no mode of a symlink, and
   * older kernels no way to refuse one. Be sure of the name, or use {@link #fchmodPath}.
   */
  public static void fchmodat(Fd directory, String name, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      int result = (int) FCHMODAT.invoke(f, directory.number(), f.string(name), mode, 0);
      if (result == -1) {
        throw f.error(FCHMODAT, "%s, %s, %o".formatted(directory, name, mode));
      }
    }
  }

  /** Of a file opened with O_PATH, through /proc; of a symlink it fails with EOPNOTSUPP. */
  public static void fchmodPath(Fd fd, int mode) throws ErrnoException {
    fchmodat(Fd.CWD, fd.procPath(), mode);
  }

  /** Times of a file opened in any way but O_PATH. */
  public static void futimens(Fd fd, long atimeSec, int atimeNsec, long mtimeSec, int mtimeNsec)
      throws ErrnoException {
    try (var f = Frame.open()) {
      long times = times(f, atimeSec, atimeNsec, mtimeSec, mtimeNsec);
      if ((int) FUTIMENS.invoke(f, fd.number(), times) == -1) {
        throw f.error(FUTIMENS, fd.toString());
      }
    }
  }

  /** Times of a name in a directory; of a symlink itself. */
  public static void utimensat(
      Fd directory, String name, long atimeSec, int atimeNsec, long mtimeSec, int mtimeNsec)
      throws ErrnoException {
    try (var f = Frame.open()) {
      long times = times(f, atimeSec, atimeNsec, mtimeSec, mtimeNsec);
      int result =
          (int)
              UTIMENSAT.invoke(
                  f, directory.number(), f.string(name), times, AT_SYMLINK_NOFOLLOW);
      if (result == -1) {
        throw f.error(UTIMENSAT, directory + ", " + name);
      }
    }
  }

  private static long times(
      Frame f, long atimeSec, int atimeNsec, long mtimeSec, int mtimeNsec) {
    var times = f.bytes(TIMES_BYTES);
    times.set(JAVA_LONG, 0, atimeSec);
    times.set(JAVA_LONG, 8, atimeNsec);
    times.set(JAVA_LONG, 16, mtimeSec);
    times.set(JAVA_LONG, 24, mtimeNsec);
    return times.address();
  }
}
