package stowage.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import stowage.base.Digest;
import stowage.linux.Directory;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;

/** Everything stat, read, readlink and getxattr tell of a directory tree, as one map of text. */
final class Snapshot {
  private final Map<String, String> seen = new TreeMap<>();
  private final Map<String, String> firstNames = new HashMap<>();
  private final boolean withTimes;

  private Snapshot(boolean withTimes) {
    this.withTimes = withTimes;
  }

  static Map<String, String> of(String directory) throws Exception {
    return of(directory, true);
  }

  static Map<String, String> of(String directory, boolean withTimes) throws Exception {
    var snapshot = new Snapshot(withTimes);
    try (var fd = Open.open(directory, Open.O_RDONLY | Open.O_DIRECTORY)) {
      snapshot.add("", Stat.of(fd), fd);
      snapshot.walk(fd);
    }
    return snapshot.seen;
  }

  /** The first name by which two snapshots differ, and how; empty when they do not. */
  static String difference(Map<String, String> was, Map<String, String> wanted) {
    var names = new TreeSet<String>(was.keySet());
    names.addAll(wanted.keySet());
    for (var name : names) {
      if (!Objects.equals(was.get(name), wanted.get(name))) {
        return "%s%n was    %s%n wanted %s".formatted(name, was.get(name), wanted.get(name));
      }
    }
    return "";
  }

  private void walk(Fd top) throws Exception {
    var todo = new ArrayDeque<String>(List.of(""));
    while (!todo.isEmpty()) {
      var path = todo.pop();
      var below = new ArrayList<String>();
      var relative = path.isEmpty() ? "." : path.substring(1);
      try (var directory = Open.openat(top, relative, Open.O_RDONLY | Open.O_DIRECTORY)) {
        var entries = new ArrayList<>(Directory.list(directory));
        entries.sort(Comparator.comparing(Directory.Entry::name));
        for (var entry : entries) {
          if (one(directory, entry.name(), path + "/" + entry.name())) {
            below.add(path + "/" + entry.name());
          }
        }
      }
      below.reversed().forEach(todo::push);
    }
  }

  /** Notes one thing; answers whether it is a directory. */
  private boolean one(Fd directory, String name, String path) throws Exception {
    var stat = Stat.at(directory, name, false);
    if (stat.isDirectory() || stat.isRegular()) {
      try (var fd = Open.openat(directory, name, Open.O_RDONLY)) {
        add(path, stat, fd);
      }
      return stat.isDirectory();
    }
    add(path, stat, stat.isSymlink() ? Directory.readlinkat(directory, name) : "");
    var xattrs = new TreeMap<String, String>();
    for (var xattr : Xattrs.listAt(directory, name)) {
      xattrs.put(xattr, text(Xattrs.getAt(directory, name, xattr).orElseThrow()));
    }
    seen.merge(path, " " + xattrs, String::concat);
    return false;
  }

  private void add(String path, Stat stat, Fd fd) throws Exception {
    var xattrs = new TreeMap<String, String>();
    for (var name : Xattrs.list(fd)) {
      xattrs.put(name, text(Xattrs.get(fd, name).orElseThrow()));
    }
    var content = stat.isRegular() ? digest(fd, stat.size()) : "";
    add(path, stat, content + " " + xattrs);
  }

  private void add(String path, Stat stat, String more) {
    var first = stat.isDirectory() ? "" : firstNames.computeIfAbsent(stat.devMinor() + ":" + stat.ino(), _ -> path);
    List<Object> facts = new ArrayList<>();
    facts.add(Integer.toOctalString(stat.mode()));
    facts.add(Integer.toUnsignedString(stat.uid()));
    facts.add(Integer.toUnsignedString(stat.gid()));
    facts.add(stat.isDirectory() ? 0 : stat.size());
    facts.add(stat.isDirectory() ? 0 : stat.nlink());
    facts.add(withTimes ? stat.mtimeSec() + "." + stat.mtimeNsec() : "");
    facts.add(stat.rdevMajor() + ":" + stat.rdevMinor());
    facts.add(stat.nlink() > 1 ? first : "");
    facts.add(more);
    seen.put(path, facts.toString());
  }

  private static String digest(Fd fd, long size) throws Exception {
    var buffer = ByteBuffer.allocate((int) Math.min(size, 1 << 20));
    var hash = java.security.MessageDigest.getInstance("SHA-256");
    if (size > 1L << 30) {
      return "large";
    }
    for (long at = 0; at < size; ) {
      int count = Io.pread(fd, buffer.clear(), at);
      if (count <= 0) {
        return "ends at " + at;
      }
      hash.update(buffer.flip());
      at += count;
    }
    return HexFormat.of().formatHex(hash.digest()).substring(0, 16);
  }

  private static String text(byte[] value) {
    return value.length > 64 ? Digest.of(value).hex() : new String(value, ISO_8859_1);
  }
}
