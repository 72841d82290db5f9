package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * A loop device: a block device over a file, needed where the kernel mounts no plain files (EROFS
 * before Linux 6.12).
 *
 * <p>It detaches itself when nobody has it open or mounted any more. So: attach, mount {@link
 * #path}, close; unmounting then frees it.
 */
public final class Loop implements AutoCloseable {
  private static final Call IOCTL = Call.variadic("ioctl", 2, 3);
  private static final int LOOP_CONFIGURE = 0x4c0a; // linux/loop.h, these all
  private static final int LOOP_CTL_GET_FREE = 0x4c82;
  private static final int LOOP_CLR_FD = 0x4c01;
  private static final int LOOP_SET_STATUS64 = 0x4c04;
  private static final int LOOP_GET_STATUS64 = 0x4c05;
  private static final int LOOP_SET_CAPACITY = 0x4c07;
  private static final int LO_FLAGS_READ_ONLY = 1;
  private static final int LO_FLAGS_AUTOCLEAR = 4;
  private static final int LO_FLAGS_DIRECT_IO = 16;
  private static final int CONFIG_BYTES = 304; // struct loop_config: fd, block_size, loop_info64
  private static final int CONFIG_FLAGS = 8 + 52;
  private static final int INFO_BYTES = 232; // struct loop_info64
  private static final int INFO_OFFSET = 24;
  private static final long BEYOND_ANY_FILE = 1L << 62;

  /** Others take the free device between asking and configuring it; that many times at most. */
  private static final int TRIES_MAX = 64;

  private final String path;
  private final Fd fd;

  private Loop(String path, Fd fd) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Attaches a file to a free device.
   *
   * @param directIo whether the file's pages are not kept in memory a second time; the file's
   *     filesystem may not be able to, which the kernel does not tell
   */
  public static Loop attach(Fd file, boolean readOnly, boolean directIo) throws ErrnoException {
    return attach(file, readOnly, directIo, LO_FLAGS_AUTOCLEAR);
  }

  /** As {@link #attach}, but the device has the file until {@link #detach}, whoever ends. */
  public static Loop attachToStay(Fd file, boolean readOnly, boolean directIo)
      throws ErrnoException {
    return attach(file, readOnly, directIo, 0);
  }

  private static Loop attach(Fd file, boolean readOnly, boolean directIo, int more)
      throws ErrnoException {
    int flags = more | (readOnly ? LO_FLAGS_READ_ONLY : 0) | (directIo ? LO_FLAGS_DIRECT_IO : 0);
    try (var control = Open.open("/dev/loop-control", Open.O_RDWR)) {
      for (int tries = 1; ; tries++) {
        try {
          return attach(file, free(control), flags);
        } catch (ErrnoException e) {
          if (!e.is(Errno.EBUSY) || tries == TRIES_MAX) {
            throw e;
          }
        }
      }
    }
  }

  private static String free(Fd control) throws ErrnoException {
    try (var f = Frame.open()) {
      int number = (int) IOCTL.invoke(f, control.number(), LOOP_CTL_GET_FREE, 0);
      if (number == -1) {
        throw f.error(IOCTL, "/dev/loop-control, LOOP_CTL_GET_FREE");
      }
      return "/dev/loop" + number;
    }
  }

  private static Loop attach(Fd file, String path, int flags) throws ErrnoException {
    boolean readOnly = (flags & LO_FLAGS_READ_ONLY) != 0;
    var device = Open.open(path, readOnly ? Open.O_RDONLY : Open.O_RDWR);
    try (var f = Frame.open()) {
      var config = f.zeroes(CONFIG_BYTES);
      config.set(JAVA_INT, 0, file.number());
      config.set(JAVA_INT, CONFIG_FLAGS, flags);
      if ((int) IOCTL.invoke(f, device.number(), LOOP_CONFIGURE, config.address()) == -1) {
        var error = f.error(IOCTL, "%s, LOOP_CONFIGURE, %s".formatted(path, file));
        device.close();
        throw error;
      }
      return new Loop(path, device);
    }
  }

  /** {@code /dev/loopN}. */
  public String path() {
    return path;
  }

  /** The device, open. */
  public Fd fd() {
    return fd;
  }

  /** Detaches the file as soon as nobody else uses the device. */
  public static void detach(String path) throws ErrnoException {
    try (var device = Open.open(path, Open.O_RDONLY)) {
      detach(device);
    }
  }

  /** The same for an open device: the file goes when the last descriptor is closed. */
  public static void detach(Fd device) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) IOCTL.invoke(f, device.number(), LOOP_CLR_FD, 0) == -1) {
        throw f.error(IOCTL, device + ", LOOP_CLR_FD");
      }
    }
  }

  /** Which file a device is over: its filesystem's device number and its inode. */
  public record Backing(int devMajor, int devMinor, long inode) {
    /** Whether that is the file. */
    public boolean is(Stat file) {
      return inode == file.ino() && devMajor == file.devMajor() && devMinor == file.devMinor();
    }
  }

  /** What the open device is over. ENXIO when it is over nothing. */
  public static Backing backing(Fd device) throws ErrnoException {
    try (var f = Frame.open()) {
      var info = f.zeroes(INFO_BYTES);
      if ((int) IOCTL.invoke(f, device.number(), LOOP_GET_STATUS64, info.address()) == -1) {
        throw f.error(IOCTL, device + ", LOOP_GET_STATUS64");
      }
      long number = info.get(JAVA_LONG, 0); // as new_encode_dev in the kernel
      int minor = (int) (number & 0xff | number >> 12 & 0xfff00);
      return new Backing((int) (number >> 8 & 0xfff), minor, info.get(JAVA_LONG, 8));
    }
  }

  /**
   * Parts the open device from its file's bytes, whoever has it open or mounted: it has size 0 from
   * now on, and every request fails. Requests under way have ended when this returns.
   */
  public static void cut(Fd device) throws ErrnoException {
    try (var f = Frame.open()) {
      var info = f.zeroes(INFO_BYTES);
      if ((int) IOCTL.invoke(f, device.number(), LOOP_GET_STATUS64, info.address()) == -1) {
        throw f.error(IOCTL, device + ", LOOP_GET_STATUS64");
      }
      info.set(JAVA_LONG, INFO_OFFSET, BEYOND_ANY_FILE);
      if ((int) IOCTL.invoke(f, device.number(), LOOP_SET_STATUS64, info.address()) == -1) {
        throw f.error(IOCTL, device + ", LOOP_SET_STATUS64");
      }
    }
  }

  /** Gives the open device the size its file has now. */
  public static void takeSize(Fd device) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) IOCTL.invoke(f, device.number(), LOOP_SET_CAPACITY, 0) == -1) {
        throw f.error(IOCTL, device + ", LOOP_SET_CAPACITY");
      }
    }
  }

  /** Closes the device; if it is not mounted, that detaches the file. */
  @Override
  public void close() {
    fd.close();
  }
}
