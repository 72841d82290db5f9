package stowage.oci;

import stowage.base.StowageException;

/**
 * Paths inside a layer: byte strings with parts between single slashes, none of them empty, "." or
 * "..", no slash at either end; the root is the empty string.
 */
public final class LayerPath {
  /** The root directory. */
  public static final String ROOT = "";

  private LayerPath() {}

  /**
   * The path an entry's name, or a hard link's target, stands for: leading slashes, "." parts and
   * doubled or trailing slashes go.
   *
   * <p>A ".." is refused wherever it stands, even where it would not leave the layer: through a
   * symlink it could, and no tool that writes layers writes one.
   *
   * @throws StowageException.Corrupt with the name, if it has a ".." or is longer than {@link
   *     TarLimits} allows
   */
  public static String normalise(String name) {
    if (isNormal(name)) {
      return name;
    }
    if (name.length() > TarLimits.PATH) {
      throw TarText.refuse(name, "the name is longer than " + TarLimits.PATH + " bytes");
    }
    var path = new StringBuilder(name.length());
    int from = 0;
    while (from <= name.length()) {
      int slash = name.indexOf('/', from);
      int to = slash < 0 ? name.length() : slash;
      addPart(path, name, from, to);
      from = to + 1;
    }
    return path.toString();
  }

  private static void addPart(StringBuilder path, String name, int from, int to) {
    int length = to - from;
    if (length == 0 || length == 1 && name.charAt(from) == '.') {
      return;
    }
    if (length == 2 && name.startsWith("..", from)) {
      throw TarText.refuse(name, "\"..\" in a name is not allowed");
    }
    if (length > TarLimits.COMPONENT) {
      throw TarText.refuse(name, "a part is longer than " + TarLimits.COMPONENT + " bytes");
    }
    if (!path.isEmpty()) {
      path.append('/');
    }
    path.append(name, from, to);
  }

  /** Whether it is a path as {@link #normalise} gives; most names in real layers already are. */
  public static boolean isNormal(String name) {
    int length = name.length();
    if (length > TarLimits.PATH) {
      return false;
    }
    int part = 0;
    for (int i = 0; i <= length; i++) {
      if (i < length && name.charAt(i) != '/') {
        continue;
      }
      int size = i - part;
      if (size == 0 && length != 0
          || size == 1 && name.charAt(part) == '.'
          || size == 2 && name.startsWith("..", part)
          || size > TarLimits.COMPONENT) {
        return false;
      }
      part = i + 1;
    }
    return true;
  }

  /** The directory a path other than the root is in. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? ROOT : path.substring(0, slash);
  }

  /** The last part; empty for the root. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path of {@code name} in {@code directory}. */
  public static String child(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /**
   * Whether an extended attribute steers overlayfs or aufs. One that came in a tar is never put on
   * a file: it would hide or redirect files of the layers below.
   */
  public static boolean isControlXattr(String xattr) {
    return xattr.startsWith("trusted.overlay.")
        || xattr.equals("trusted.overlay")
        || xattr.startsWith("user.overlay.")
        || xattr.startsWith("trusted.aufs.")
        || xattr.startsWith("user.fuseoverlayfs.")
        || xattr.startsWith("user.containers.override_");
  }
}
