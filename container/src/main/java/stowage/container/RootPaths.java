package stowage.container;

import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_PATH;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import stowage.base.ByteStrings;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;

/** Paths of {@code docker cp}, looked up inside a container's root. */
final class RootPaths {
  private static final int SYMLINKS_MAX = 40;

  private RootPaths() {}

  /**
   * A client's path, absolute and cleaned by string as Docker does, as a byte string. A trailing
   * "/." or "/" stays: it means the directory behind a symlink.
   */
  static String absolute(String path) {
    String clean = Paths.clean("/" + path);
    boolean dot = path.equals(".") || path.endsWith("/.");
    if (dot) {
      clean += clean.equals("/") ? "." : "/.";
    } else if (path.endsWith("/") && !clean.equals("/")) {
      clean += "/";
    }
    return ByteStrings.ofText(clean);
  }

  /** The last part of such a path: "." for a trailing dot, "/" for the root. */
  static String base(String absolute) {
    String path = absolute;
    while (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return Paths.name(path);
  }

  /** Opens what is there with O_PATH; a symlink at the end is not followed. */
  static Fd open(Fd root, String absolute) throws ErrnoException {
    return Open.inRoot(root, absolute, O_PATH | O_NOFOLLOW);
  }

  /** Where a path leads when every symlink is followed, as far as there is anything. */
  static String evaluate(Fd root, String absolute) throws ErrnoException {
    List<String> done = new ArrayList<>();
    Deque<String> todo = new ArrayDeque<>(Paths.parts(absolute));
    int symlinks = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.equals("..")) {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      String target = symlink(root, "/" + String.join("/", done) + "/" + name);
      if (target.isEmpty() || ++symlinks > SYMLINKS_MAX) {
        done.add(name);
        continue;
      }
      if (target.startsWith("/")) {
        done.clear();
      }
      Paths.parts(target).reversed().forEach(todo::push);
    }
    return "/" + String.join("/", done);
  }

  /** A symlink's target; empty when it is something else or nothing. */
  private static String symlink(Fd root, String path) throws ErrnoException {
    try (var fd = open(root, path)) {
      return stowage.linux.Stat.of(fd).isSymlink() ? Directory.readlink(fd) : "";
    } catch (ErrnoException e) {
      if (isMissing(e)) {
        return "";
      }
      throw e;
    }
  }

  static boolean isMissing(ErrnoException e) {
    return e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP);
  }
}
