package stowage.container;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Paths as strings, cleaned the way Go's path package does; the filesystem is never asked. */
final class Paths {
  private Paths() {}

  /** Without empty and "." parts and with ".." taken back; "/.." is "/"; empty is ".". */
  static String clean(String path) {
    boolean absolute = path.startsWith("/");
    var parts = new ArrayDeque<String>();
    for (String part : path.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (!part.equals("..")) {
        parts.addLast(part);
      } else if (!parts.isEmpty() && !parts.peekLast().equals("..")) {
        parts.removeLast();
      } else if (!absolute) {
        parts.addLast(part);
      }
    }
    String joined = String.join("/", parts);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  /** Whether a path is relative and no prefix of it leads above where it starts. */
  static boolean isLocal(String path) {
    if (path.isEmpty() || path.startsWith("/")) {
      return false;
    }
    int depth = 0;
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        if (--depth < 0) {
          return false;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        depth++;
      }
    }
    return true;
  }

  /** The parts of a clean path. */
  static List<String> parts(String path) {
    var parts = new ArrayList<String>();
    for (String part : path.split("/")) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  /** Whether {@code path} is {@code above} or lies below it; both clean and absolute. */
  static boolean isWithin(String path, String above) {
    return above.equals("/") || path.equals(above) || path.startsWith(above + "/");
  }

  /** All but the last part of a clean absolute path. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** The last part of a clean path; "/" for the root. */
  static String name(String path) {
    return path.equals("/") ? "/" : path.substring(path.lastIndexOf('/') + 1);
  }
}
