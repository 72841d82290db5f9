package stowage.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import stowage.base.Digest;

/** A random layer: its tree, its "tar", and what a {@link Snapshot} of it must be. */
final class RandomTree {
  private final Random random;
  private final LayerTree tree = new LayerTree();
  private final byte[] tar;
  private final Map<String, List<String>> facts = new TreeMap<>();
  private final Map<String, Integer> shared = new HashMap<>();
  private final Map<String, Integer> group = new HashMap<>();
  private final List<String> directories = new ArrayList<>(List.of(""));
  private final List<String> files = new ArrayList<>();
  private int groups;

  RandomTree(Random random, int count) {
    this.random = random;
    tar = new byte[512 * (1 + random.nextInt(4096))];
    random.nextBytes(tar);
    tree.directory("", attributes("", 0040000, 0, 0, 0, ""));
    for (int i = 0; i < count; i++) {
      one();
    }
  }

  LayerTree tree() {
    return tree;
  }

  byte[] tarBytes() {
    return tar;
  }

  Map<String, Long> names() {
    var names = new TreeMap<String, Long>();
    facts.forEach((path, fact) -> names.put(path, Long.parseLong(fact.get(3))));
    names.remove("");
    return names;
  }

  Map<String, String> expected() {
    var first = new HashMap<Integer, String>();
    var expected = new TreeMap<String, String>();
    group.forEach((path, g) -> first.merge(g, path, (a, b) -> a));
    facts.forEach((path, fact) -> {
      var links = group.containsKey(path) ? shared.get("" + group.get(path)) : 1;
      var all = new ArrayList<>(fact);
      all.set(4, path.isEmpty() || fact.get(0).startsWith("4") ? "0" : "" + links);
      expected.put(path, all.toString());
    });
    return expected;
  }

  private void one() {
    var parent = directories.get(random.nextInt(directories.size()));
    var path = parent + (parent.isEmpty() ? "" : "/") + name();
    if (facts.containsKey("/" + path)) {
      return;
    }
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        tree.directory(path, attributes("/" + path, 0040000, 0, 0, 0, ""));
        directories.add(path);
      }
      case 2 -> {
        var target = name().repeat(1 + random.nextInt(8));
        target = target.substring(0, Math.min(4095, target.length()));
        var attributes =
            attributes("/" + path, 0120000, target.length(), 0, 0, target);
        tree.put(path, new Inode.Symlink(attributes, target));
      }
      case 3 -> {
        int[] kinds = {0020000, 0060000, 0010000, 0140000};
        int kind = kinds[random.nextInt(4)];
        boolean device = kind == 0020000 || kind == 0060000;
        int major = device ? 1 + random.nextInt(4095) : 0;
        int minor = device ? random.nextInt(1 << 20) : 0;
        tree.put(
            path,
            new Inode.Special(attributes("/" + path, kind, 0, major, minor, ""), kind, major, minor));
      }
      default -> {
        int blocks = tar.length / 512;
        int block = random.nextInt(blocks);
        int size = random.nextInt(10) == 0 ? 0 : random.nextInt((blocks - block) * 512 + 1);
        var digest = Digest.of(Arrays.copyOfRange(tar, block * 512, block * 512 + size));
        var content = digest.hex().substring(0, 16);
        tree.put(
            path,
            new Inode.TarFile(
                attributes("/" + path, 0100000, size, 0, 0, content), size, block * 512L));
        files.add(path);
      }
    }
  }

  private InodeAttributes attributes(
      String path, int kind, long size, int major, int minor, String more) {
    int mode = random.nextInt(010000);
    int uid = random.nextBoolean() ? random.nextInt(70000) : random.nextInt();
    int gid = random.nextBoolean() ? 0 : random.nextInt();
    uid = uid == -1 ? 0 : uid;
    gid = gid == -1 ? 0 : gid;
    boolean plain = random.nextInt(3) > 0;
    long seconds = plain ? 1_700_000_000 : random.nextLong(-1L << 33, 1L << 34);
    int nanos = plain ? 0 : random.nextInt(1_000_000_000);
    var xattrs = xattrs(kind);
    var fact = new ArrayList<String>();
    fact.add(Integer.toOctalString(kind | mode));
    fact.add(Integer.toUnsignedString(plain ? uid & 0xffff : uid));
    fact.add(Integer.toUnsignedString(gid));
    fact.add("" + size);
    fact.add("1");
    fact.add(seconds + "." + nanos);
    fact.add(major + ":" + minor);
    fact.add("");
    var shown = new TreeMap<String, String>();
    xattrs.forEach((k, v) -> shown.put(k, v.length() > 64
        ? Digest.of(v.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).hex() : v));
    fact.add(kind == 0100000 || kind == 0040000 ? more + " " + shown : more);
    if (kind != 0100000 && kind != 0040000) {
      facts.put(path, fact);
      tails.put(path, " " + shown);
    }
    facts.put(path, fact);
    return new InodeAttributes(
        mode, plain ? uid & 0xffff : uid, gid, seconds, nanos, ErofsXattrs.encode(xattrs, path));
  }

  private final Map<String, String> tails = new HashMap<>();

  Map<String, String> expectedWithTails() {
    var all = expected();
    tails.forEach((path, tail) -> all.merge(path, tail, String::concat));
    return all;
  }

  private Map<String, String> xattrs(int kind) {
    var xattrs = new TreeMap<String, String>();
    if (random.nextInt(4) == 0) {
      for (int i = random.nextInt(6); i >= 0; i--) {
        var prefix = kind == 0100000 || kind == 0040000
            ? new String[] {"user.", "trusted.", "security."}[random.nextInt(3)]
            : "trusted.";
        xattrs.put(prefix + "a" + random.nextInt(100), bytes(random.nextInt(300)));
      }
    }
    return xattrs;
  }

  private String bytes(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) random.nextInt(256));
    }
    return text.toString();
  }

  private String name() {
    int size = random.nextInt(10) == 0 ? 1 + random.nextInt(255) : 1 + random.nextInt(12);
    var text = new StringBuilder();
    while (text.length() < size) {
      char c = (char) (1 + random.nextInt(255));
      if (c != '/') {
        text.append(c);
      }
    }
    var name = text.toString();
    return name.equals(".") || name.equals("..") ? "x" : name;
  }
}
