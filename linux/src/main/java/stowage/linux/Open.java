package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * open(2), openat(2), openat2(2): a descriptor of a path. O_CLOEXEC is always set.
 *
 * <p>Paths are byte strings. {@code mode} matters with {@link #O_CREAT} or {@link #O_TMPFILE}, and
 * the process's umask is taken from it.
 */
public final class Open {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NOCTTY = 0400;
  public static final int O_TRUNC = 01000;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_DSYNC = 010000;
  public static final int O_NOATIME = 01000000;
  public static final int O_PATH = 010000000;
  public static final int O_DIRECT = Call.byMachine(040000, 0200000);
  public static final int O_DIRECTORY = Call.byMachine(0200000, 040000);
  public static final int O_NOFOLLOW = Call.byMachine(0400000, 0100000);

  /** An unnamed file in the directory that the path names. */
  public static final int O_TMPFILE = 020000000 | O_DIRECTORY;

  /** No {@code ..}, absolute path or symlink leads out of the directory: they fail with EXDEV. */
  public static final int RESOLVE_BENEATH = 0x08;

  /** The directory is the root that {@code /} and {@code ..} cannot leave, as under chroot(2). */
  public static final int RESOLVE_IN_ROOT = 0x10;

  public static final int RESOLVE_NO_XDEV = 0x01;
  public static final int RESOLVE_NO_MAGICLINKS = 0x02;
  public static final int RESOLVE_NO_SYMLINKS = 0x04;

  private static final int O_CLOEXEC = 02000000;
  private static final Call OPEN = Call.variadic("open64", 2, 3);
  private static final Call OPENAT = Call.variadic("openat64", 3, 4);
  private static final Call OPENAT2 = Call.syscall("openat2", 437, 4);
  private static final int HOW_BYTES = 24; // struct open_how: flags, mode, resolve
  private static final int IN_ROOT_TRIES_MAX = 128;

  private Open() {}

  public static Fd open(String path, int flags) throws ErrnoException {
    return open(path, flags, 0);
  }

  /** open(2) of a path in the process's own view of the file system. */
  public static Fd open(String path, int flags, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      int fd = (int) OPEN.invoke(f, f.string(path), flags | O_CLOEXEC, mode);
      if (fd == -1) {
        throw f.error(OPEN, path);
      }
      return Fd.adopt(fd);
    }
  }

  public static Fd openat(Fd directory, String name, int flags) throws ErrnoException {
    return openat(directory, name, flags, 0);
  }

  /** openat(2): symlinks, {@code ..} and absolute paths are followed as by open(2). */
  public static Fd openat(Fd directory, String name, int flags, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      int fd =
          (int) OPENAT.invoke(f, directory.number(), f.string(name), flags | O_CLOEXEC, mode);
      if (fd == -1) {
        throw f.error(OPENAT, directory + ", " + name);
      }
      return Fd.adopt(fd);
    }
  }

  /**
   * openat2(2): {@code resolve} limits where the path may lead.
   *
   * @throws ErrnoException EXDEV or ELOOP when the path leaves the limits, EAGAIN when a rename at
   *     the same time made the kernel unsure (try again), EINVAL for a mode without O_CREAT
   */
  public static Fd openat2(Fd directory, String path, int flags, int mode, int resolve)
      throws ErrnoException {
    try (var f = Frame.open()) {
      var how = f.bytes(HOW_BYTES);
      how.set(JAVA_LONG, 0, flags | O_CLOEXEC);
      how.set(JAVA_LONG, 8, mode);
      how.set(JAVA_LONG, 16, resolve);
      int fd =
          (int)
              OPENAT2.invoke(f, directory.number(), f.string(path), how.address(), HOW_BYTES);
      if (fd == -1) {
        throw f.error(OPENAT2, directory + ", " + path);
      }
      return Fd.adopt(fd);
    }
  }

  /**
   * Opens {@code path} inside {@code root} as a process whose root it is would: the way to look at
   * paths of a container. EAGAIN is tried again here, as the manual asks, a number of times.
   */
  public static Fd inRoot(Fd root, String path, int flags) throws ErrnoException {
    for (int tries = 0; ; tries++) {
      try {
        return openat2(root, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EAGAIN) || tries == IN_ROOT_TRIES_MAX) {
          throw e;
        }
      }
    }
  }
}
