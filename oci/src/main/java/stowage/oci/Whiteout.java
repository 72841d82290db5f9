package stowage.oci;

/**
 * What an entry's name says besides itself: that a layer removes something of the layers below.
 *
 * <p>An entry of any type whose last part starts with ".wh." is a whiteout, as in Docker; its data,
 * owner and attributes mean nothing. The order of whiteouts and other entries in a layer means
 * nothing either: they act on lower layers only.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts">OCI
 *     image-spec, layer, "Whiteouts"</a>
 */
public sealed interface Whiteout {
  /** How the last part of a whiteout's name starts. */
  String PREFIX = ".wh.";

  /** The last part of an opaque whiteout's name. */
  String OPAQUE = ".wh..wh..opq";

  /** An ordinary entry. */
  record None() implements Whiteout {
    private static final None IT = new None();
  }

  /** {@code path}, whatever it is in the layers below, is gone. */
  record Removes(String path) implements Whiteout {}

  /** Nothing of {@code directory} in the layers below is seen. */
  record Opaque(String directory) implements Whiteout {}

  /**
   * Aufs's own bookkeeping: {@code .wh..wh.aufs}, {@code .wh..wh.orph} and {@code .wh..wh.plnk} in
   * the root, with all that is under them. Images made on aufs have it, Docker skips it, so do we.
   */
  record Bookkeeping() implements Whiteout {
    private static final Bookkeeping IT = new Bookkeeping();
  }

  /**
   * Tells what an entry is by its path, which {@link LayerPath#normalise} gave.
   *
   * @throws stowage.base.StowageException.Corrupt with the path, if it is a whiteout of nothing
   *     (".wh.", ".wh..", ".wh..."), of an unknown kind (".wh..wh.x"), or lies under a whiteout
   */
  static Whiteout of(String path) {
    int at = path.indexOf(PREFIX);
    if (at < 0) {
      return None.IT;
    }
    if (isBookkeeping(path)) {
      return Bookkeeping.IT;
    }
    int base = path.lastIndexOf('/') + 1;
    if (path.startsWith(PREFIX) && base > 0 || path.lastIndexOf("/" + PREFIX, base - 2) >= 0) {
      throw TarText.refuse(path, "it lies under a whiteout, which is no directory");
    }
    if (!path.startsWith(PREFIX, base)) {
      return None.IT;
    }
    if (path.startsWith(OPAQUE, base) && path.length() == base + OPAQUE.length()) {
      return new Opaque(LayerPath.parent(path));
    }
    String removed = path.substring(base + PREFIX.length());
    if (removed.isEmpty() || removed.equals(".") || removed.equals("..")) {
      throw TarText.refuse(path, "a whiteout of no name");
    }
    if (removed.startsWith(PREFIX)) {
      throw TarText.refuse(path, "an unknown kind of whiteout; known is " + OPAQUE);
    }
    return new Removes(path.substring(0, base) + removed);
  }

  private static boolean isBookkeeping(String path) {
    if (!path.startsWith(".wh..wh.")) {
      return false;
    }
    int slash = path.indexOf('/');
    return switch (slash < 0 ? path : path.substring(0, slash)) {
      case ".wh..wh.aufs", ".wh..wh.orph", ".wh..wh.plnk" -> true;
      default -> false;
    };
  }
}
