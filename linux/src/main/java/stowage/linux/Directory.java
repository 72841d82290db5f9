package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Names in directories: listing, making, linking and removing them. None of it is durable before
 * the directory is fsynced.
 *
 * <p>The calls ending in {@code at} take an open directory and a name in it and never follow a
 * symlink in the name's last component; the others take a host path.
 */
public final class Directory {
  private static final Call MKDIR = Call.of("mkdir", 2);
  private static final Call MKDIRAT = Call.of("mkdirat", 3);
  private static final Call UNLINK = Call.of("unlink", 1);
  private static final Call RMDIR = Call.of("rmdir", 1);
  private static final Call UNLINKAT = Call.of("unlinkat", 3);
  private static final Call MKNODAT = Call.syscall("mknodat", 259, 33, 4);
  private static final Call SYMLINKAT = Call.of("symlinkat", 3);
  private static final Call LINK = Call.of("link", 2);
  private static final Call LINKAT = Call.of("linkat", 5);
  private static final Call READLINKAT = Call.of("readlinkat", 4);
  private static final Call GETDENTS = Call.syscall("getdents64", 217, 61, 3);
  private static final Call LSEEK = Call.of("lseek64", 3);

  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int PATH_MAX = 4096;
  private static final int LIST_BYTES = 32 << 10; // as readdir(3)
  private static final int DIRENT_NAME = 19; // struct linux_dirent64: ino, off, reclen, type, name

  private Directory() {}

  /** A name in a directory, what it names, and the inode's number. */
  public record Entry(String name, FileType type, long ino) {}

  /**
   * All names but {@code .} and {@code ..}, in the filesystem's own order.
   *
   * @param directory opened for reading, not with O_PATH; its offset is moved
   */
  public static List<Entry> list(Fd directory) throws ErrnoException {
    var entries = new ArrayList<Entry>();
    try (var f = Frame.open();
        var arena = Arena.ofConfined()) {
      if (LSEEK.invoke(f, directory.number(), 0, 0) == -1) {
        throw f.error(LSEEK, directory.toString());
      }
      var buffer = arena.allocate(LIST_BYTES, 8);
      for (; ; ) {
        long size = GETDENTS.invoke(f, directory.number(), buffer.address(), LIST_BYTES);
        if (size == -1) {
          throw f.error(GETDENTS, directory.toString());
        }
        if (size == 0) {
          return entries;
        }
        read(buffer.asSlice(0, size), entries);
      }
    }
  }

  private static void read(MemorySegment dirents, List<Entry> entries) {
    for (long at = 0; at < dirents.byteSize(); ) {
      int length = Short.toUnsignedInt(dirents.get(JAVA_SHORT, at + 16));
      var name = dirents.getString(at + DIRENT_NAME, ISO_8859_1);
      if (!name.equals(".") && !name.equals("..")) {
        var type = FileType.ofDirent(dirents.get(JAVA_BYTE, at + 18));
        entries.add(new Entry(name, type, dirents.get(JAVA_LONG, at)));
      }
      at += length;
    }
  }

  public static void mkdir(String path, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) MKDIR.invoke(f, f.string(path), mode) == -1) {
        throw f.error(MKDIR, path);
      }
    }
  }

  public static void mkdirat(Fd directory, String name, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) MKDIRAT.invoke(f, directory.number(), f.string(name), mode) == -1) {
        throw f.error(MKDIRAT, directory + ", " + name);
      }
    }
  }

  public static void unlink(String path) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) UNLINK.invoke(f, f.string(path)) == -1) {
        throw f.error(UNLINK, path);
      }
    }
  }

  public static void rmdir(String path) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) RMDIR.invoke(f, f.string(path)) == -1) {
        throw f.error(RMDIR, path);
      }
    }
  }

  public static void unlinkat(Fd directory, String name) throws ErrnoException {
    unlinkat(directory, name, 0);
  }

  /** unlinkat(2) with AT_REMOVEDIR. */
  public static void rmdirat(Fd directory, String name) throws ErrnoException {
    unlinkat(directory, name, AT_REMOVEDIR);
  }

  private static void unlinkat(Fd directory, String name, int flags) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) UNLINKAT.invoke(f, directory.number(), f.string(name), flags) == -1) {
        throw f.error(UNLINKAT, directory + ", " + name + (flags == 0 ? "" : ", AT_REMOVEDIR"));
      }
    }
  }

  /** Makes a device, fifo, socket or empty file. {@code mode} has the type's bits. */
  public static void mknodat(Fd directory, String name, int mode, int major, int minor)
      throws ErrnoException {
    // The kernel takes its own 32-bit form, not libc's: new_decode_dev, linux/kdev_t.h.
    long device = (minor & 0xffL) | ((long) major << 8) | ((minor & ~0xffL) << 12);
    try (var f = Frame.open()) {
      long result =
          MKNODAT.invoke(f, directory.number(), f.string(name), mode, device & 0xffffffffL);
      if (result == -1) {
        throw f.error(MKNODAT, directory + ", " + name);
      }
    }
  }

  public static void symlinkat(String target, Fd directory, String name) throws ErrnoException {
    try (var f = Frame.open()) {
      int result =
          (int) SYMLINKAT.invoke(f, f.string(target), directory.number(), f.string(name));
      if (result == -1) {
        throw f.error(SYMLINKAT, target + ", " + directory + ", " + name);
      }
    }
  }

  public static void link(String from, String to) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) LINK.invoke(f, f.string(from), f.string(to)) == -1) {
        throw f.error(LINK, from + " -> " + to);
      }
    }
  }

  /** A second name for a file; a symlink is linked itself, not followed. */
  public static void linkat(Fd fromDirectory, String from, Fd toDirectory, String to)
      throws ErrnoException {
    linkat(fromDirectory, from, toDirectory, to, 0);
  }

  /** Names an open file that may have no name yet: one made with O_TMPFILE, or by O_PATH. */
  public static void linkFd(Fd file, Fd toDirectory, String to) throws ErrnoException {
    // AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH; the manual recommends this.
    linkat(Fd.CWD, file.procPath(), toDirectory, to, AT_SYMLINK_FOLLOW);
  }

  private static void linkat(Fd fromDirectory, String from, Fd toDirectory, String to, int flags)
      throws ErrnoException {
    try (var f = Frame.open()) {
      int result =
          (int)
              LINKAT.invoke(
                  f,
                  fromDirectory.number(),
                  f.string(from),
                  toDirectory.number(),
                  f.string(to),
                  flags);
      if (result == -1) {
        throw f.error(
            LINKAT, "%s, %s -> %s, %s".formatted(fromDirectory, from, toDirectory, to));
      }
    }
  }

  /** A symlink's target. */
  public static String readlinkat(Fd directory, String name) throws ErrnoException {
    try (var f = Frame.open()) {
      var target = f.bytes(PATH_MAX);
      long size =
          READLINKAT.invoke(
              f, directory.number(), f.string(name), target.address(), target.byteSize());
      if (size == -1) {
        throw f.error(READLINKAT, directory + ", " + name);
      }
      return new String(target.asSlice(0, size).toArray(JAVA_BYTE), ISO_8859_1);
    }
  }

  /** The target of a symlink opened with O_PATH and O_NOFOLLOW. */
  public static String readlink(Fd symlink) throws ErrnoException {
    return readlinkat(symlink, "");
  }

  /** The target of the symlink at a host path. */
  public static String readlink(String path) throws ErrnoException {
    return readlinkat(Fd.CWD, path);
  }
}
