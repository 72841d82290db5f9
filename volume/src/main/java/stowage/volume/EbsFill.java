package stowage.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import stowage.linux.Directory;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Rename;
import stowage.store.HostDisk;

/**
 * The first content of a filesystem, all or nothing: copied into a directory on it, and when that
 * is whole and durable, moved up to its top name by name. What a crash leaves is told by the
 * directory's name.
 *
 * <pre>
 *   .stowage-fill-ID   being copied: dropped
 *   .stowage-move-ID   whole: the moves are finished
 * </pre>
 */
final class EbsFill {
  private static final String FILL = ".stowage-fill-";
  private static final String MOVE = ".stowage-move-";
  private static final int MODE = 0700;

  private final String target;
  private final String fill;
  private final String move;

  /** In the filesystem mounted at {@code target}, for the volume with that id. */
  EbsFill(String target, String id) {
    this.target = target;
    this.fill = FILL + id;
    this.move = MOVE + id;
  }

  /** Whether there is nothing but what this leaves. */
  boolean isEmpty() throws IOException {
    try (var top = EbsMount.open(target)) {
      return others(top).isEmpty();
    }
  }

  private List<String> others(Fd top) throws IOException {
    return Directory.list(top).stream()
        .map(Directory.Entry::name)
        .filter(name -> !name.equals(fill) && !name.equals(move))
        .toList();
  }

  /** Copies a tree there; false if there is content already. */
  boolean run(Fd source) throws IOException {
    finish();
    EbsMount.dropLostAndFound(target);
    if (!isEmpty()) {
      return false;
    }
    try (var top = EbsMount.open(target)) {
      Directory.mkdirat(top, fill, MODE);
      try (var into = EbsMount.open(target + "/" + fill)) {
        CopyTree.copy(source, into);
      }
      Io.syncfs(top);
      Rename.noReplaceAt(top, fill, top, move);
      Io.syncfs(top);
    }
    finish();
    return true;
  }

  /** Ends what a crash stopped, one way or the other; nothing to end is fine. */
  void finish() throws IOException {
    try (var top = EbsMount.open(target)) {
      var names = Directory.list(top).stream().map(Directory.Entry::name).toList();
      if (names.contains(fill)) {
        new HostDisk(Path.of(target)).removeTree(fill);
      }
      if (names.contains(move)) {
        moveUp(top);
      }
      if (names.contains(fill) || names.contains(move)) {
        Io.syncfs(top);
      }
    }
  }

  private void moveUp(Fd top) throws IOException {
    try (var from = EbsMount.open(target + "/" + move)) {
      for (var entry : Directory.list(from)) {
        Rename.noReplaceAt(from, entry.name(), top, entry.name());
      }
      CopyTree.attributes(from, top);
      Io.syncfs(top); // the moves, before what says that there are some goes away
    }
    Directory.rmdirat(top, move);
  }
}
