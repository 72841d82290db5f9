package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Mounting: the calls that work on descriptors (fsopen(2) and its kin, Linux 5.2 and later; {@link
 * #mountSetattr} 5.12), and mount(2), umount2(2).
 *
 * <p>A new filesystem: {@link #fsopen}, {@code fsconfig...}, {@link #fsconfigCreate}, {@link
 * #fsmount}, {@link #moveMount}. A bind mount: {@link #openTree} with {@link #OPEN_TREE_CLONE},
 * then {@link #moveMount}. A mount whose descriptor is closed before it was moved is gone.
 */
public final class Mounts {
  public static final int OPEN_TREE_CLONE = 1;
  public static final int AT_RECURSIVE = 0x8000;
  public static final int AT_EMPTY_PATH = 0x1000;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;

  public static final int MOUNT_ATTR_RDONLY = 0x1;
  public static final int MOUNT_ATTR_NOSUID = 0x2;
  public static final int MOUNT_ATTR_NODEV = 0x4;
  public static final int MOUNT_ATTR_NOEXEC = 0x8;
  public static final int MOUNT_ATTR_NOATIME = 0x10;
  public static final int MOUNT_ATTR_STRICTATIME = 0x20;
  public static final int MOUNT_ATTR_NODIRATIME = 0x80;
  public static final int MOUNT_ATTR_IDMAP = 0x100000;
  public static final int MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

  public static final int MS_RDONLY = 1;
  public static final int MS_NOSUID = 2;
  public static final int MS_NODEV = 4;
  public static final int MS_NOEXEC = 8;
  public static final int MS_REMOUNT = 32;
  public static final int MS_NOATIME = 1024;
  public static final int MS_BIND = 4096;
  public static final int MS_MOVE = 8192;
  public static final int MS_REC = 16384;
  public static final int MS_UNBINDABLE = 1 << 17;
  public static final int MS_PRIVATE = 1 << 18;
  public static final int MS_SLAVE = 1 << 19;
  public static final int MS_SHARED = 1 << 20;

  public static final int MNT_FORCE = 1;
  public static final int MNT_DETACH = 2;
  public static final int UMOUNT_NOFOLLOW = 8;

  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int OPEN_TREE_CLOEXEC = 02000000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
  private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final int FSCONFIG_SET_FLAG = 0;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_SET_FD = 5;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int FSCONFIG_CMD_RECONFIGURE = 7;
  private static final int MOUNT_ATTR_BYTES = 32; // attr_set, attr_clr, propagation, userns_fd
  private static final int LOG_BYTES = 1024;
  private static final int LOG_LINES_MAX = 16;

  private static final Call OPEN_TREE = Call.syscall("open_tree", 428, 3);
  private static final Call MOVE_MOUNT = Call.syscall("move_mount", 429, 5);
  private static final Call FSOPEN = Call.syscall("fsopen", 430, 2);
  private static final Call FSCONFIG = Call.syscall("fsconfig", 431, 5);
  private static final Call FSMOUNT = Call.syscall("fsmount", 432, 3);
  private static final Call FSPICK = Call.syscall("fspick", 433, 3);
  private static final Call MOUNT_SETATTR = Call.syscall("mount_setattr", 442, 5);
  private static final Call MOUNT = Call.of("mount", 5);
  private static final Call UMOUNT2 = Call.of("umount2", 2);
  private static final Call READ = Call.of("read", 3);

  private Mounts() {}

  /** A filesystem of that type, to be configured. ENODEV: the kernel does not know the type. */
  public static Fd fsopen(String type) throws ErrnoException {
    try (var f = Frame.open()) {
      return fd(f, FSOPEN, type, FSOPEN.invoke(f, f.string(type), FSOPEN_CLOEXEC));
    }
  }

  /** The mounted filesystem at a path, to be configured anew. */
  public static Fd fspick(Fd directory, String path) throws ErrnoException {
    int flags = 1 | (path.isEmpty() ? 8 : 0); // FSPICK_CLOEXEC, FSPICK_EMPTY_PATH
    try (var f = Frame.open()) {
      long fd = FSPICK.invoke(f, directory.number(), f.string(path), flags);
      return fd(f, FSPICK, directory + ", " + path, fd);
    }
  }

  public static void fsconfigString(Fd fs, String key, String value) throws ErrnoException {
    try (var f = Frame.open()) {
      long result =
          FSCONFIG.invoke(
              f, fs.number(), FSCONFIG_SET_STRING, f.string(key), f.string(value), 0);
      checkConfig(f, fs, key + "=" + value, result);
    }
  }

  public static void fsconfigFlag(Fd fs, String key) throws ErrnoException {
    try (var f = Frame.open()) {
      long result = FSCONFIG.invoke(f, fs.number(), FSCONFIG_SET_FLAG, f.string(key), 0, 0);
      checkConfig(f, fs, key, result);
    }
  }

  /** A parameter that is an open file; not every filesystem takes its files so. */
  public static void fsconfigFd(Fd fs, String key, Fd value) throws ErrnoException {
    try (var f = Frame.open()) {
      long result =
          FSCONFIG.invoke(f, fs.number(), FSCONFIG_SET_FD, f.string(key), 0, value.number());
      checkConfig(f, fs, key + "=" + value, result);
    }
  }

  /** Makes the filesystem's superblock of what was configured. */
  public static void fsconfigCreate(Fd fs) throws ErrnoException {
    try (var f = Frame.open()) {
      long result = FSCONFIG.invoke(f, fs.number(), FSCONFIG_CMD_CREATE, 0, 0, 0);
      checkConfig(f, fs, "FSCONFIG_CMD_CREATE", result);
    }
  }

  /** Changes a superblock that {@link #fspick} picked. */
  public static void fsconfigReconfigure(Fd fs) throws ErrnoException {
    try (var f = Frame.open()) {
      long result = FSCONFIG.invoke(f, fs.number(), FSCONFIG_CMD_RECONFIGURE, 0, 0, 0);
      checkConfig(f, fs, "FSCONFIG_CMD_RECONFIGURE", result);
    }
  }

  private static void checkConfig(Frame f, Fd fs, String what, long result)
      throws ErrnoException {
    if (result == -1) {
      int errno = f.errno();
      throw new ErrnoException(FSCONFIG.name(), what, errno, log(f, fs));
    }
  }

  /** What the filesystem itself said: reading its descriptor gives a line at a time. */
  private static String log(Frame f, Fd fs) {
    var lines = new StringBuilder();
    var line = f.bytes(LOG_BYTES);
    for (int i = 0; i < LOG_LINES_MAX; i++) {
      long size = READ.invoke(f, fs.number(), line.address(), LOG_BYTES);
      if (size <= 0) {
        break; // ENODATA: no more lines
      }
      lines.append("; ").append(
          new String(line.asSlice(0, size).toArray(JAVA_BYTE), ISO_8859_1).strip());
    }
    return lines.toString();
  }

  /** A mount of the created filesystem, not yet anywhere. {@code attributes}: MOUNT_ATTR_*. */
  public static Fd fsmount(Fd fs, int attributes) throws ErrnoException {
    try (var f = Frame.open()) {
      long fd = FSMOUNT.invoke(f, fs.number(), FSMOUNT_CLOEXEC, attributes);
      if (fd == -1) {
        int errno = f.errno();
        throw new ErrnoException(FSMOUNT.name(), fs.toString(), errno, log(f, fs));
      }
      return Fd.adopt((int) fd);
    }
  }

  /**
   * The mount at a path, or with {@link #OPEN_TREE_CLONE} a new bind mount of it (with {@link
   * #AT_RECURSIVE}: of all mounts below it, too). An empty path is {@code directory} itself.
   */
  public static Fd openTree(Fd directory, String path, int flags) throws ErrnoException {
    int all = flags | OPEN_TREE_CLOEXEC | (path.isEmpty() ? AT_EMPTY_PATH : 0);
    try (var f = Frame.open()) {
      long fd = OPEN_TREE.invoke(f, directory.number(), f.string(path), all);
      return fd(f, OPEN_TREE, directory + ", " + path, fd);
    }
  }

  /** Puts the mount that {@code mount} is at a path; an empty path is {@code directory} itself. */
  public static void moveMount(Fd mount, Fd directory, String path) throws ErrnoException {
    int flags = MOVE_MOUNT_F_EMPTY_PATH | (path.isEmpty() ? MOVE_MOUNT_T_EMPTY_PATH : 0);
    try (var f = Frame.open()) {
      long result =
          MOVE_MOUNT.invoke(
              f, mount.number(), f.string(""), directory.number(), f.string(path), flags);
      if (result == -1) {
        throw f.error(MOVE_MOUNT, "%s -> %s, %s".formatted(mount, directory, path));
      }
    }
  }

  /**
   * Changes a mount's attributes.
   *
   * @param flags {@link #AT_RECURSIVE} for all mounts below it, too
   * @param set MOUNT_ATTR_* to add
   * @param clear MOUNT_ATTR_* to take away
   * @param propagation one of MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE, or 0
   */
  public static void mountSetattr(Fd mount, int flags, long set, long clear, long propagation)
      throws ErrnoException {
    mountSetattr(mount, flags, set, clear, propagation, 0);
  }

  /**
   * Maps the owners of a mount's files through a user namespace ({@link Namespaces#idmap}). Only
   * for a mount that is not anywhere yet, such as a fresh {@link #openTree} clone.
   *
   * @throws ErrnoException EINVAL where the filesystem cannot be idmapped, EPERM when it already is
   */
  public static void idmap(Fd mount, int flags, Fd userNamespace) throws ErrnoException {
    mountSetattr(mount, flags, MOUNT_ATTR_IDMAP, 0, 0, userNamespace.number());
  }

  private static void mountSetattr(
      Fd mount, int flags, long set, long clear, long propagation, int userNamespace)
      throws ErrnoException {
    try (var f = Frame.open()) {
      var attributes = f.bytes(MOUNT_ATTR_BYTES);
      attributes.set(JAVA_LONG, 0, set);
      attributes.set(JAVA_LONG, 8, clear);
      attributes.set(JAVA_LONG, 16, propagation);
      attributes.set(JAVA_LONG, 24, userNamespace);
      long result =
          MOUNT_SETATTR.invoke(
              f,
              mount.number(),
              f.string(""),
              flags | AT_EMPTY_PATH,
              attributes.address(),
              MOUNT_ATTR_BYTES);
      if (result == -1) {
        throw f.error(
            MOUNT_SETATTR, "%s, set %#x, clear %#x".formatted(mount, set, clear));
      }
    }
  }

  /** mount(2); an empty {@code type} or {@code data} is passed as null. */
  public static void mount(String source, String target, String type, long flags, String data)
      throws ErrnoException {
    try (var f = Frame.open()) {
      int result =
          (int)
              MOUNT.invoke(
                  f,
                  f.string(source),
                  f.string(target),
                  type.isEmpty() ? 0 : f.string(type),
                  flags,
                  data.isEmpty() ? 0 : f.string(data));
      if (result == -1) {
        throw f.error(
            MOUNT, "%s, %s, %s, %#x, %s".formatted(source, target, type, flags, data));
      }
    }
  }

  /** umount2(2). {@code flags}: MNT_DETACH, MNT_FORCE, UMOUNT_NOFOLLOW. */
  public static void umount2(String target, int flags) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) UMOUNT2.invoke(f, f.string(target), flags) == -1) {
        throw f.error(UMOUNT2, target);
      }
    }
  }

  private static Fd fd(Frame f, Call call, String what, long result) throws ErrnoException {
    if (result == -1) {
      throw f.error(call, what);
    }
    return Fd.adopt((int) result);
  }
}
