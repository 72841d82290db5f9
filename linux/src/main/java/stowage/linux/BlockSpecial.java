package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** What can be asked of an open block device, and of a mounted filesystem as a whole. */
public final class BlockSpecial {
  private static final Call IOCTL = Call.variadic("ioctl", 2, 3);
  private static final int BLKFLSBUF = 0x1261; // linux/fs.h, these all
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long FIFREEZE = 0xc0045877L;
  private static final long FITHAW = 0xc0045878L;

  private BlockSpecial() {}

  /** The device's size in bytes. */
  public static long size(Fd device) throws ErrnoException {
    try (var f = Frame.open()) {
      var size = f.zeroes(8);
      call(f, device, BLKGETSIZE64, size.address(), "BLKGETSIZE64");
      return size.get(JAVA_LONG, 0);
    }
  }

  /** Writes what memory holds of the device to it, and forgets it. */
  public static void flushBuffers(Fd device) throws ErrnoException {
    try (var f = Frame.open()) {
      call(f, device, BLKFLSBUF, 0, "BLKFLSBUF");
    }
  }

  /**
   * Brings the filesystem that holds the open file to rest: everything is on its device, and
   * writers wait until {@link #thaw}, even if this process ends.
   *
   * @throws ErrnoException EBUSY if it is frozen already, EOPNOTSUPP if it cannot be
   */
  public static void freeze(Fd file) throws ErrnoException {
    try (var f = Frame.open()) {
      call(f, file, FIFREEZE, 0, "FIFREEZE");
    }
  }

  /** Lets writers go on. EINVAL if it is not frozen. */
  public static void thaw(Fd file) throws ErrnoException {
    try (var f = Frame.open()) {
      call(f, file, FITHAW, 0, "FITHAW");
    }
  }

  private static void call(Frame f, Fd fd, long request, long argument, String name)
      throws ErrnoException {
    if ((int) IOCTL.invoke(f, fd.number(), request, argument) == -1) {
      throw f.error(IOCTL, fd + ", " + name);
    }
  }
}
