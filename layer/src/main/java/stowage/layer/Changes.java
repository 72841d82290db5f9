package stowage.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stowage.layer.PathChange.Kind;
import stowage.linux.ErrnoException;
import stowage.oci.LayerPath;

/**
 * What {@code docker diff} tells: the upper directory held against the layers below. A directory is
 * modified when something in it is, or its owner or mode; a file also when its size or mtime is.
 */
final class Changes {
  private static final String CAPABILITY = "security.capability";

  private final UpperWalk upper;
  private final Stack below;
  private final TreeMap<String, Kind> kinds = new TreeMap<>();
  private final ArrayDeque<Visit> todo = new ArrayDeque<>();

  /**
   * A directory to compare.
   *
   * @param lower what the layers below have at its path
   * @param isHidden whether that is not seen through it
   */
  private record Visit(String path, Optional<Stack.Found> lower, boolean isHidden) {}

  private Changes(UpperWalk upper, Stack below) {
    this.upper = upper;
    this.below = below;
  }

  static List<PathChange> of(UpperWalk upper, Stack below) throws ErrnoException {
    var all = new Changes(upper, below);
    all.todo.push(new Visit("", below.root(), upper.root().isOpaque()));
    while (!all.todo.isEmpty()) {
      all.directory(all.todo.pop());
    }
    all.addParents();
    var changes = new ArrayList<PathChange>();
    all.kinds.forEach((path, kind) -> changes.add(new PathChange(kind, path)));
    return changes;
  }

  /** Compares what is in a directory. */
  private void directory(Visit visit) throws ErrnoException {
    Map<String, Stack.Found> left =
        visit.lower.filter(Stack.Found::isDirectory).isPresent()
            ? below.list(visit.lower.get())
            : new HashMap<>();
    for (var item : upper.list(visit.path)) {
      var was = Optional.ofNullable(left.remove(LayerPath.name(item.path())));
      if (item.isWhiteout()) {
        was.ifPresent(_ -> add(Kind.DELETED, item.path()));
      } else {
        item(item, was, visit.isHidden);
      }
    }
    if (visit.isHidden) {
      left.keySet().forEach(name -> add(Kind.DELETED, LayerPath.child(visit.path, name)));
    }
  }

  private void item(UpperWalk.Item item, Optional<Stack.Found> was, boolean isHidden) {
    if (was.isEmpty()) {
      add(Kind.ADDED, item.path());
    } else if (differs(item, was.get().top().inode())) {
      add(Kind.MODIFIED, item.path());
    }
    if (item.stat().isDirectory()) {
      todo.push(new Visit(item.path(), was, isHidden || item.isOpaque()));
    } else if (was.isPresent() && was.get().isDirectory()) {
      below.list(was.get()).keySet().forEach(n -> add(Kind.DELETED, item.path() + "/" + n));
    }
  }

  /** A directory that was there before and has changes in it is modified. */
  private void addParents() {
    for (var path : List.copyOf(kinds.keySet())) {
      for (int slash = path.lastIndexOf('/');
          slash > 0 && kinds.putIfAbsent(path.substring(0, slash), Kind.MODIFIED) == null;
          slash = path.lastIndexOf('/', slash - 1)) {
        continue;
      }
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
    kinds.put("/" + path, kind);
  }
}
