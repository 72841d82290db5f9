package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes. The calls with one {@link Fd} take any descriptor, O_PATH ones too; those
 * ending in {@code At} take a name in an open directory and never follow a symlink.
 *
 * <p>They go through {@code /proc/self/fd}, since the calls that take a descriptor refuse O_PATH
 * and there are none that take a directory and a name.
 */
public final class Xattrs {
  /** Set only if there is none of that name yet: else EEXIST. */
  public static final int XATTR_CREATE = 1;

  /** Set only if there is one of that name: else ENODATA. */
  public static final int XATTR_REPLACE = 2;

  private static final Call GETXATTR = Call.of("getxattr", 4);
  private static final Call LGETXATTR = Call.of("lgetxattr", 4);
  private static final Call SETXATTR = Call.of("setxattr", 5);
  private static final Call LSETXATTR = Call.of("lsetxattr", 5);
  private static final Call LISTXATTR = Call.of("listxattr", 3);
  private static final Call LLISTXATTR = Call.of("llistxattr", 3);
  private static final Call REMOVEXATTR = Call.of("removexattr", 2);
  private static final Call LREMOVEXATTR = Call.of("lremovexattr", 2);

  /** Tried first; most values and lists are far smaller. */
  private static final int SMALL_BYTES = 1024;

  /** XATTR_SIZE_MAX and XATTR_LIST_MAX, linux/limits.h. */
  private static final int LARGE_BYTES = 64 << 10;

  private Xattrs() {}

  /** The value, or empty if the file has none of that name. */
  public static Optional<byte[]> get(Fd fd, String name) throws ErrnoException {
    return get(GETXATTR, fd.procPath(), name);
  }

  public static Optional<byte[]> getAt(Fd directory, String entry, String name)
      throws ErrnoException {
    return get(LGETXATTR, at(directory, entry), name);
  }

  public static void set(Fd fd, String name, byte[] value, int flags) throws ErrnoException {
    set(SETXATTR, fd.procPath(), name, value, flags);
  }

  public static void setAt(Fd directory, String entry, String name, byte[] value, int flags)
      throws ErrnoException {
    set(LSETXATTR, at(directory, entry), name, value, flags);
  }

  /** The names; those of namespaces the caller may not see are missing. */
  public static List<String> list(Fd fd) throws ErrnoException {
    return list(LISTXATTR, fd.procPath());
  }

  public static List<String> listAt(Fd directory, String entry) throws ErrnoException {
    return list(LLISTXATTR, at(directory, entry));
  }

  public static void remove(Fd fd, String name) throws ErrnoException {
    remove(REMOVEXATTR, fd.procPath(), name);
  }

  public static void removeAt(Fd directory, String entry, String name) throws ErrnoException {
    remove(LREMOVEXATTR, at(directory, entry), name);
  }

  private static String at(Fd directory, String entry) {
    return directory == Fd.CWD ? entry : directory.procPath() + "/" + entry;
  }

  private static Optional<byte[]> get(Call call, String path, String name)
      throws ErrnoException {
    try (var f = Frame.open()) {
      long file = f.string(path);
      long attribute = f.string(name);
      var value = f.bytes(SMALL_BYTES);
      long size = call.invoke(f, file, attribute, value.address(), value.byteSize());
      if (size == -1 && f.errno() == Errno.ERANGE.number) {
        value = f.bytes(LARGE_BYTES);
        size = call.invoke(f, file, attribute, value.address(), value.byteSize());
      }
      if (size == -1) {
        if (f.errno() == Errno.ENODATA.number) {
          return Optional.empty();
        }
        throw f.error(call, path + ", " + name);
      }
      return Optional.of(value.asSlice(0, size).toArray(JAVA_BYTE));
    }
  }

  private static void set(Call call, String path, String name, byte[] value, int flags)
      throws ErrnoException {
    try (var f = Frame.open()) {
      var bytes = f.bytes(Math.max(1, value.length));
      MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
      int result =
          (int)
              call.invoke(
                  f, f.string(path), f.string(name), bytes.address(), value.length, flags);
      if (result == -1) {
        throw f.error(call, "%s, %s, %d bytes".formatted(path, name, value.length));
      }
    }
  }

  private static List<String> list(Call call, String path) throws ErrnoException {
    try (var f = Frame.open()) {
      long file = f.string(path);
      var names = f.bytes(SMALL_BYTES);
      long size = call.invoke(f, file, names.address(), names.byteSize());
      if (size == -1 && f.errno() == Errno.ERANGE.number) {
        names = f.bytes(LARGE_BYTES);
        size = call.invoke(f, file, names.address(), names.byteSize());
      }
      if (size == -1) {
        throw f.error(call, path);
      }
      var list = new ArrayList<String>();
      for (long at = 0; at < size; ) {
        var name = names.getString(at, ISO_8859_1);
        list.add(name);
        at += name.length() + 1;
      }
      return list;
    }
  }

  private static void remove(Call call, String path, String name) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) call.invoke(f, f.string(path), f.string(name)) == -1) {
        throw f.error(call, path + ", " + name);
      }
    }
  }
}
