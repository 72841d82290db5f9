package stowage.oci;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Layers made to break whoever reads them, each with what must come of it: over 300 cases of every
 * class that readers of layers have fallen for.
 *
 * <p>A case is one or more layers, lowest first, of which the last is the hostile one. Its bytes
 * are made when asked for, so that the whole list costs nothing.
 */
public final class HostileTars {
  /** A case; {@code name} is unique and starts with its class. */
  public record Case(String name, Supplier<List<byte[]>> layers, Expected expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What must come of a case. */
  public sealed interface Expected {
    /** Refused as Corrupt by the tar reader or the rules for names; the message has the word. */
    record RefusedByReader(String word) implements Expected {}

    /** A sound tar that is refused when it becomes a layer; the message has the word. */
    record RefusedByLayer(String word) implements Expected {}

    /** Taken; this must then be seen in the stack of layers. */
    record Taken(List<Look> looks) implements Expected {}

    /**
     * A sound tar that may be taken or refused as a layer, in seconds and little memory; if it is
     * taken, this must be seen.
     */
    record Either(List<Look> looks) implements Expected {}
  }

  /** Something to look at in the stack; paths as {@link LayerPath} has them. */
  public sealed interface Look {
    /** Nothing has that path. */
    record Absent(String path) implements Look {}

    /** A directory. */
    record Dir(String path) implements Look {}

    /** A regular file with that content, a byte string. */
    record Content(String path, String content) implements Look {}

    /** A regular file of that many bytes, too many to read. */
    record Size(String path, long size) implements Look {}

    /** A symlink. */
    record Link(String path, String target) implements Look {}

    /** A device: 'c' or 'b'. */
    record Device(String path, char type, int major, int minor) implements Look {}

    /** A fifo. */
    record Fifo(String path) implements Look {}

    /** Permission bits with setuid, setgid, sticky. */
    record Mode(String path, int mode) implements Look {}

    /** An extended attribute's value, a byte string. */
    record Xattr(String path, String name, String value) implements Look {}
  }

  private HostileTars() {}

  /** All cases, in a fixed order. */
  public static List<Case> all() {
    var cases = new Cases();
    HostileNames.add(cases);
    HostileLinks.add(cases);
    HostileWhiteouts.add(cases);
    HostileXattrs.add(cases);
    HostileHeaders.add(cases);
    HostilePax.add(cases);
    HostileSparse.add(cases);
    HostileTwins.add(cases);
    HostileCuts.add(cases);
    HostileMany.add(cases);
    return List.copyOf(cases.list);
  }

  /**
   * The layer most cases of several layers stand on: {@code dir/file}, {@code dir/sub/x}, {@code
   * etc/passwd}, each with the content "lower"; {@code link -> dir}, {@code abs -> /etc}.
   */
  public static byte[] lower() {
    return new Tars()
        .directory("dir/")
        .file("dir/file", "lower")
        .directory("dir/sub/")
        .file("dir/sub/x", "lower")
        .directory("etc/")
        .file("etc/passwd", "lower")
        .symlink("link", "dir")
        .symlink("abs", "/etc")
        .end();
  }

  /** Gathers cases. */
  static final class Cases {
    private final List<Case> list = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private void add(String name, Supplier<List<byte[]>> layers, Expected expected) {
      if (!names.add(name)) {
        throw new AssertionError("two cases called " + name);
      }
      list.add(new Case(name, layers, expected));
    }

    void refused(String name, String word, Supplier<byte[]> tar) {
      add(name, () -> List.of(tar.get()), new Expected.RefusedByReader(word));
    }

    void layerRefuses(String name, String word, Supplier<byte[]> tar) {
      add(name, () -> List.of(tar.get()), new Expected.RefusedByLayer(word));
    }

    void taken(String name, Supplier<byte[]> tar, Look... looks) {
      add(name, () -> List.of(tar.get()), new Expected.Taken(List.of(looks)));
    }

    void either(String name, Supplier<byte[]> tar, Look... looks) {
      add(name, () -> List.of(tar.get()), new Expected.Either(List.of(looks)));
    }

    /** On {@link HostileTars#lower}. */
    void takenUpon(String name, Supplier<byte[]> tar, Look... looks) {
      add(name, () -> List.of(lower(), tar.get()), new Expected.Taken(List.of(looks)));
    }

    /** On {@link HostileTars#lower}. */
    void eitherUpon(String name, Supplier<byte[]> tar, Look... looks) {
      add(name, () -> List.of(lower(), tar.get()), new Expected.Either(List.of(looks)));
    }

    /** On {@link HostileTars#lower}. */
    void layerRefusesUpon(String name, String word, Supplier<byte[]> tar) {
      add(name, () -> List.of(lower(), tar.get()), new Expected.RefusedByLayer(word));
    }
  }
}
