package stowage.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Corrupt;
import stowage.base.StowageException.LimitExceeded;
import stowage.layer.Inode.Directory;
import stowage.layer.Inode.LowerLink;
import stowage.layer.Inode.Special;
import stowage.layer.Inode.Symlink;
import stowage.oci.LayerPath;
import stowage.oci.Whiteout;

/**
 * What a layer holds, gathered entry by entry in the tar's order: a later entry replaces an earlier
 * one of its name, parents that have no entry are implied, whiteouts and opaque marks speak of the
 * layers below only, wherever in the tar they stand.
 *
 * <p>Paths are byte strings, relative to the root, without {@code .}, {@code ..} or empty
 * components. A symlink on the way to an entry is followed inside this tree, as unpacking would
 * have followed it; it has nowhere else to lead.
 */
final class LayerTree {
  /** Names in one layer; about 200 bytes of memory each while it is imported. */
  static final int NAMES_MAX = 600_000;

  private static final int SYMLINKS_MAX = 40;

  /** Symlinks followed for all entries together; a sound layer's entries follow next to none. */
  private static final int FOLLOWED_MAX = 20_000;

  private final Directory root = Directory.implied();
  private int names;
  private int followed;

  /** The directory that the last entry was put in, for the next: tars go directory by directory. */
  private String lastPath = "";

  private Directory last = root;

  Directory root() {
    return root;
  }

  /** How many names it has, the root not counted. */
  int names() {
    return names;
  }

  /** Whether a directory other than the root has no entry of its own. */
  boolean impliesMore() {
    return anyBelow(root, inode -> inode instanceof Directory directory && directory.isImplied());
  }

  /** Whether a hard link leads out of this layer, or something below it is removed. */
  boolean hasLinksOrWhiteouts() {
    return anyBelow(
        root,
        inode ->
            inode instanceof LowerLink
                || inode instanceof Special special && special.isWhiteout());
  }

  private static boolean anyBelow(Directory top, Predicate<Inode> wanted) {
    var todo = new ArrayDeque<Directory>(List.of(top));
    while (!todo.isEmpty()) {
      for (var child : todo.pop().children.values()) {
        if (wanted.test(child)) {
          return true;
        }
        if (child instanceof Directory directory) {
          todo.push(directory);
        }
      }
    }
    return false;
  }

  /** A directory's own entry. What is in it already stays. */
  void directory(String path, InodeAttributes attributes) {
    if (path.isEmpty()) {
      root.become(attributes);
      return;
    }
    var parent = parent(path);
    var name = name(path);
    switch (parent.children.get(name)) {
      case Directory there -> there.become(attributes);
      case Special whiteout when whiteout.isWhiteout() -> {
        var fresh = Directory.of(attributes);
        fresh.replaceBelow();
        attach(parent, name, fresh);
      }
      case null -> attach(parent, name, Directory.of(attributes));
      case Inode _ -> attach(parent, name, Directory.of(attributes));
    }
  }

  /** Any other entry; it replaces what has the name, a directory with all that is in it too. */
  void put(String path, Inode inode) {
    if (path.isEmpty()) {
      throw new Corrupt("layer entry ./: the root is not a directory", null);
    }
    attach(parent(path), name(path), inode);
  }

  /** Puts in the place of a link what it leads to. */
  void settle(Directory directory, String name, Inode inode) {
    attach(directory, name, inode);
  }

  /** A hard link, to a file of this tree or else of a layer below. */
  void link(String path, String target) {
    if (path.isEmpty() || target.isEmpty()) {
      throw bad(path, "a hard link to or from the root");
    }
    var inode = find(target);
    switch (inode) {
      case Directory _ -> throw bad(path, "a hard link to the directory " + shown(target));
      case Special special when special.isWhiteout() ->
          throw bad(path, "a hard link to " + shown(target) + ", which this layer removes");
      case null -> put(path, new LowerLink(path, target));
      case Inode there -> {
        var parent = parent(path);
        if (parent.children.get(name(path)) != there) {
          attach(parent, name(path), there);
        }
      }
    }
  }

  /** Hides what layers below have under this name. */
  void whiteout(String path) {
    var name = name(path);
    var parent =
        parent(path, LayerPath.child(LayerPath.parent(path), Whiteout.PREFIX + name));
    switch (parent.children.get(name)) {
      case null -> attach(parent, name, Special.whiteout());
      case Directory here -> here.replaceBelow();
      case Inode _ -> {
        // A file of this layer hides the one below by itself.
      }
    }
  }

  /** Hides everything layers below have in a directory. */
  void opaque(String path) {
    (path.isEmpty() ? root : parent(path + "/.", LayerPath.child(path, Whiteout.OPAQUE)))
        .hideBelow();
  }

  /** What has a path, no symlink followed; null when nothing has. */
  Inode find(String path) {
    Inode at = root;
    for (int from = 0; at != null && from < path.length(); ) {
      if (!(at instanceof Directory directory)) {
        return null;
      }
      int end = end(path, from);
      at = directory.children.get(path.substring(from, end));
      from = end + 1;
    }
    return at;
  }

  /** Whether nothing of the layers below is seen at a path. */
  boolean hides(String path) {
    Inode at = root;
    for (int from = 0; at instanceof Directory directory; ) {
      if (directory.isOpaque()) {
        return true;
      }
      if (from >= path.length()) {
        return false;
      }
      int end = end(path, from);
      at = directory.children.get(path.substring(from, end));
      from = end + 1;
    }
    return at != null;
  }

  private void attach(Directory parent, String name, Inode inode) {
    var before = parent.children.put(name, inode);
    inode.names++;
    if (inode instanceof Directory directory) {
      directory.parent = parent;
    }
    if (before == null) {
      names++;
      if (names > NAMES_MAX) {
        throw new LimitExceeded("layer: more than " + NAMES_MAX + " files", null);
      }
    } else {
      detach(before);
    }
    if (before instanceof Directory || before instanceof Symlink) {
      lastPath = "";
      last = root;
    }
  }

  private void detach(Inode inode) {
    var gone = new ArrayDeque<Inode>();
    gone.add(inode);
    while (!gone.isEmpty()) {
      var each = gone.poll();
      each.names--;
      if (each instanceof Directory directory) {
        names -= directory.children.size();
        gone.addAll(directory.children.values());
      }
    }
  }

  /** The directory an entry goes into; made if the layer does not have it. */
  private Directory parent(String path) {
    return parent(path, path);
  }

  private Directory parent(String path, String entry) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return root;
    }
    var parentPath = path.substring(0, slash);
    if (!parentPath.equals(lastPath)) {
      last = descend(entry, parentPath);
      lastPath = parentPath;
    }
    return last;
  }

  private Directory descend(String entry, String path) {
    var above = new ArrayList<Directory>();
    above.add(root);
    var todo = new ArrayDeque<String>();
    push(todo, path);
    int symlinks = 0;
    while (!todo.isEmpty()) {
      var name = todo.pop();
      if (name.equals("..")) {
        if (above.size() > 1) {
          above.removeLast();
        }
        continue;
      }
      var at = step(entry, above.getLast(), name);
      if (at instanceof Symlink symlink) {
        if (++symlinks > SYMLINKS_MAX || ++followed > FOLLOWED_MAX) {
          throw bad(entry, "too many symlinks on the way");
        }
        if (symlink.target.startsWith("/")) {
          above.subList(1, above.size()).clear();
        }
        push(todo, symlink.target);
      } else {
        above.add((Directory) at);
      }
    }
    return above.getLast();
  }

  /** Puts a path's names before what is still to do. */
  private static void push(ArrayDeque<String> todo, String path) {
    for (int end = path.length(); end > 0; ) {
      int from = path.lastIndexOf('/', end - 1) + 1;
      var name = path.substring(from, end);
      if (!name.isEmpty() && !name.equals(".")) {
        todo.push(name);
      }
      end = from - 1;
    }
  }

  private Inode step(String entry, Directory directory, String name) {
    return switch (directory.children.get(name)) {
      case Directory there -> there;
      case Symlink symlink -> symlink;
      case Special whiteout when whiteout.isWhiteout() -> {
        var fresh = Directory.implied();
        fresh.replaceBelow();
        attach(directory, name, fresh);
        yield fresh;
      }
      case null -> {
        checkName(entry, name);
        var fresh = Directory.implied();
        attach(directory, name, fresh);
        yield fresh;
      }
      case Inode _ -> throw bad(entry, "is below " + shown(name) + ", which is not a directory");
    };
  }

  /** A symlink's target may hold what an entry's name may not. */
  private static void checkName(String entry, String name) {
    if (name.length() > ErofsFormat.NAME_MAX || name.indexOf(0) >= 0) {
      throw bad(entry, "a symlink on the way names what no file can be called");
    }
  }

  private static int end(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Corrupt bad(String entry, String what) {
    return new Corrupt("layer entry " + shown(entry) + ": " + what, null);
  }

  private static String shown(String path) {
    return ByteStrings.text(path);
  }
}
