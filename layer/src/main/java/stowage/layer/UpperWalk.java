package stowage.layer;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Failed;
import stowage.linux.Directory;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;

/**
 * Goes through the upper directory of an overlay, where a container may be writing at the same
 * time: by descriptors, never through a symlink, each directory before what is in it, names sorted.
 */
final class UpperWalk implements AutoCloseable {
  private static final int DIRECTORY = Open.O_RDONLY | Open.O_DIRECTORY | Open.O_NOFOLLOW;
  private static final int INSIDE = Open.RESOLVE_BENEATH | Open.RESOLVE_NO_SYMLINKS;

  private final Fd upper;

  /**
   * One thing in the upper directory.
   *
   * @param path relative, a byte string
   * @param target of a symlink, else empty
   * @param xattrs with overlayfs's own
   */
  record Item(String path, Stat stat, String target, Map<String, String> xattrs) {
    boolean isWhiteout() {
      return (stat.mode() & Inode.KIND) == Inode.CHARACTER_DEVICE
          && stat.rdevMajor() == 0
          && stat.rdevMinor() == 0;
    }

    boolean isOpaque() {
      return ErofsXattrs.isOpaque(xattrs);
    }
  }

  /** What is done with each item. */
  interface Visitor {
    void visit(Item item) throws IOException;
  }

  UpperWalk(Active active) {
    try {
      upper = Open.open(ByteStrings.ofPath(active.upper()), DIRECTORY);
    } catch (ErrnoException e) {
      throw failure(active.id(), e);
    }
  }

  /** The upper directory itself. */
  Item root() {
    try {
      return new Item("", Stat.of(upper), "", xattrs(upper));
    } catch (ErrnoException e) {
      throw failure("its root", e);
    }
  }

  /** Goes through everything below the root. */
  void visit(Visitor visitor) throws IOException {
    var todo = new ArrayDeque<Iterator<Item>>();
    todo.push(list("").iterator());
    while (!todo.isEmpty()) {
      if (!todo.peek().hasNext()) {
        todo.pop();
        continue;
      }
      var item = todo.peek().next();
      visitor.visit(item);
      if (item.stat.isDirectory()) {
        todo.push(list(item.path).iterator());
      }
    }
  }

  /** Sums up everything below the root. */
  LayerStore.Usage usage() throws IOException {
    var seen = new HashSet<Long>();
    var sums = new long[2];
    visit(
        item -> {
          var stat = item.stat();
          if (stat.isRegular() && (stat.nlink() == 1 || seen.add(stat.ino()))) {
            sums[0] += stat.size();
          }
          sums[1]++;
        });
    return new LayerStore.Usage(sums[0], sums[1]);
  }

  /** What a directory has. */
  List<Item> list(String path) throws ErrnoException {
    try (var directory = open(path, DIRECTORY)) {
      var items = new ArrayList<Item>();
      var entries = new ArrayList<>(Directory.list(directory));
      entries.sort(Comparator.comparing(Directory.Entry::name));
      for (var entry : entries) {
        var name = entry.name();
        var stat = Stat.at(directory, name, false);
        items.add(
            new Item(
                path.isEmpty() ? name : path + "/" + name,
                stat,
                stat.isSymlink() ? Directory.readlinkat(directory, name) : "",
                xattrs(directory, name)));
      }
      return items;
    }
  }

  /** Opens a regular file. */
  Fd openFile(String path) throws ErrnoException {
    return open(path, Open.O_RDONLY | Open.O_NOFOLLOW | Open.O_NONBLOCK);
  }

  private Fd open(String path, int flags) throws ErrnoException {
    return Open.openat2(upper, path.isEmpty() ? "." : path, flags, 0, INSIDE);
  }

  private static Map<String, String> xattrs(Fd fd) throws ErrnoException {
    var xattrs = new LinkedHashMap<String, String>();
    for (var name : Xattrs.list(fd)) {
      Xattrs.get(fd, name).ifPresent(value -> xattrs.put(name, text(value)));
    }
    return xattrs;
  }

  private static Map<String, String> xattrs(Fd directory, String entry) throws ErrnoException {
    var xattrs = new LinkedHashMap<String, String>();
    for (var name : Xattrs.listAt(directory, entry)) {
      Optional<byte[]> value = Xattrs.getAt(directory, entry, name);
      value.ifPresent(bytes -> xattrs.put(name, text(bytes)));
    }
    return xattrs;
  }

  private static String text(byte[] value) {
    return ByteStrings.of(value, 0, value.length);
  }

  private static Failed failure(String what, ErrnoException e) {
    return new Failed("cannot read %s: %s".formatted(what, e.getMessage()), e);
  }

  @Override
  public void close() {
    upper.close();
  }
}
