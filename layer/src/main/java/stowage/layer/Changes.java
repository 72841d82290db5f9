package stowage.layer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.layer.PathChange.Kind;
import stowage.linux.ErrnoException;

/**
 * What {@code docker diff} tells: the upper directory held against the layers below. A directory is
 * modified when something in it is, or its owner or mode; a file also when its size or mtime is.
 */
final class Changes {
  private static final String CAPABILITY = "security.capability";

  private final UpperWalk upper;
  private final Stack below;
  private final List<PathChange> changes = new ArrayList<>();

  private Changes(UpperWalk upper, Stack below) {
    this.upper = upper;
    this.below = below;
  }

  static List<PathChange> of(UpperWalk upper, Stack below) throws ErrnoException {
    var all = new Changes(upper, below);
    all.directory("", below.root(), upper.root().isOpaque());
    all.changes.sort(Comparator.comparing(PathChange::path));
    return List.copyOf(all.changes);
  }

  /**
   * Compares what is in a directory. As deep as a path has parts.
   *
   * @param isHidden whether what is below it is not seen through it
   */
  private void directory(String path, Optional<Stack.Found> lower, boolean isHidden)
      throws ErrnoException {
    Map<String, Stack.Found> left =
        lower.filter(Stack.Found::isDirectory).isPresent()
            ? below.list(lower.get())
            : new HashMap<>();
    for (var item : upper.list(path)) {
      var was = Optional.ofNullable(left.remove(name(item)));
      if (item.isWhiteout()) {
        was.ifPresent(_ -> add(Kind.DELETED, item.path()));
      } else {
        item(item, was, isHidden);
      }
    }
    if (isHidden) {
      left.keySet().forEach(name -> add(Kind.DELETED, path.isEmpty() ? name : path + "/" + name));
    }
  }

  private void item(UpperWalk.Item item, Optional<Stack.Found> was, boolean isHidden)
      throws ErrnoException {
    int before = changes.size();
    if (was.isEmpty()) {
      add(Kind.ADDED, item.path());
    } else if (differs(item, was.get().top().inode())) {
      add(Kind.MODIFIED, item.path());
    }
    boolean isListed = changes.size() > before;
    if (item.stat().isDirectory()) {
      directory(item.path(), was, isHidden || item.isOpaque());
    } else if (was.isPresent() && was.get().isDirectory()) {
      below.list(was.get()).keySet().forEach(n -> add(Kind.DELETED, item.path() + "/" + n));
    }
    if (!isListed && changes.size() > before) {
      add(Kind.MODIFIED, item.path());
    }
  }

  private static boolean differs(UpperWalk.Item now, ErofsReader.Stored was) {
    var stat = now.stat();
    boolean isDevice =
        was.kind() == Inode.CHARACTER_DEVICE || was.kind() == Inode.BLOCK_DEVICE;
    return stat.mode() != was.mode()
        || stat.uid() != was.uid()
        || stat.gid() != was.gid()
        || isDevice && ErofsFormat.device(stat.rdevMajor(), stat.rdevMinor()) != was.block()
        || !now.xattrs()
            .getOrDefault(CAPABILITY, "")
            .equals(was.xattrs().getOrDefault(CAPABILITY, ""))
        || !stat.isDirectory() && (stat.size() != was.size() || !isSameTime(now, was));
  }

  /** A filesystem that does not keep nanoseconds has none: that is no change. */
  private static boolean isSameTime(UpperWalk.Item now, ErofsReader.Stored was) {
    int nanos = now.stat().mtimeNsec();
    return now.stat().mtimeSec() == was.mtimeSeconds()
        && (nanos == was.mtimeNanos() || nanos == 0 || was.mtimeNanos() == 0);
  }

  private void add(Kind kind, String path) {
    changes.add(new PathChange(kind, "/" + path));
  }

  private static String name(UpperWalk.Item item) {
    return item.path().substring(item.path().lastIndexOf('/') + 1);
  }
}
