package stowage.container;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_NONBLOCK;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.FileType;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;
import stowage.volume.Way;

/**
 * Writes a file or a tree of a container as a tar, by descriptors only. What the container changes
 * meanwhile is in it as it was or as it is; a file that becomes shorter while it is read fails.
 */
final class TreeTar implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 << 10;
  private static final String CAPABILITY = "security.capability";

  private record Inode(int devMajor, int devMinor, long ino) {}

  private final TarWriter tar;
  private final Map<Inode, String> linked = new HashMap<>();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] bytes = new byte[BUFFER_BYTES];

  TreeTar(OutputStream out) {
    tar = new TarWriter(out);
  }

  /**
   * Adds what is at {@code absolute}.
   *
   * @param source it, opened with O_PATH
   */
  void add(Fd source, Stat stat, Fd root, String absolute) throws IOException {
    String base = RootPaths.base(absolute);
    if (stat.isDirectory()) {
      try (var top = Open.openat(source, ".", O_RDONLY | O_DIRECTORY)) {
        tree(top, base.equals("/") ? "" : base);
      }
      return;
    }
    String parent = absolute.substring(0, absolute.lastIndexOf('/') + 1);
    try (var directory = Open.inRoot(root, parent, O_RDONLY | O_DIRECTORY)) {
      entry(directory, base, base);
    }
  }

  /** Adds all that is in a root, by names that begin with its own. */
  void addAll(Fd top) throws IOException {
    below(top, "");
  }

  private void tree(Fd top, String name) throws IOException {
    var stat = Stat.of(top);
    tar.add(header(name + "/", TarEntry.Type.DIRECTORY, stat, 0, "", xattrs(top)));
    below(top, name + "/");
  }

  private void below(Fd top, String prefix) throws IOException {
    try (var way = new Way(top, true)) {
      var open = new ArrayDeque<Iterator<Directory.Entry>>();
      var names = new ArrayDeque<String>();
      open.push(sorted(top));
      names.push(prefix);
      while (true) {
        if (!open.peek().hasNext()) {
          open.pop();
          names.pop();
          if (open.isEmpty()) {
            return;
          }
          way.up();
          continue;
        }
        String child = open.peek().next().name();
        String path = names.peek() + child;
        if (entry(way.here(), child, path) && enter(way, child, path)) {
          open.push(sorted(way.here()));
          names.push(path + "/");
        }
      }
    }
  }

  private static Iterator<Directory.Entry> sorted(Fd directory) throws ErrnoException {
    var entries = new java.util.ArrayList<>(Directory.list(directory));
    entries.sort(Comparator.comparing(Directory.Entry::name));
    return entries.iterator();
  }

  private boolean enter(Way way, String name, String path) throws IOException {
    try {
      way.down(name);
    } catch (ErrnoException e) {
      if (RootPaths.isMissing(e) || e.is(Errno.EXDEV)) {
        return false; // it is no directory any more
      }
      throw e;
    }
    tar.add(header(path + "/", TarEntry.Type.DIRECTORY, way.stat(), 0, "", xattrs(way.here())));
    return true;
  }

  /** Adds a name of a directory; true if it is a directory, which the caller adds. */
  private boolean entry(Fd directory, String name, String path) throws IOException {
    Stat stat;
    try {
      stat = Stat.at(directory, name, false);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return false; // gone since it was listed
      }
      throw e;
    }
    if (stat.isDirectory()) {
      return true;
    }
    if (stat.nlink() > 1 && stat.type() != FileType.SOCKET) {
      String first =
          linked.putIfAbsent(new Inode(stat.devMajor(), stat.devMinor(), stat.ino()), path);
      if (first != null) {
        tar.add(header(path, TarEntry.Type.HARD_LINK, stat, 0, first, Map.of()));
        return false;
      }
    }
    switch (stat.type()) {
      case REGULAR -> file(directory, name, path);
      case SYMLINK -> symlink(directory, name, path, stat);
      case FIFO -> tar.add(header(path, TarEntry.Type.FIFO, stat, 0, "", Map.of()));
      case CHARACTER_DEVICE ->
          tar.add(header(path, TarEntry.Type.CHARACTER_DEVICE, stat, 0, "", Map.of()));
      case BLOCK_DEVICE -> tar.add(header(path, TarEntry.Type.BLOCK_DEVICE, stat, 0, "", Map.of()));
      case SOCKET, UNKNOWN, DIRECTORY -> {} // a socket means nothing elsewhere
    }
    return false;
  }

  private void symlink(Fd directory, String name, String path, Stat stat) throws IOException {
    try {
      String target = Directory.readlinkat(directory, name);
      tar.add(header(path, TarEntry.Type.SYMLINK, stat, 0, target, Map.of()));
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.EINVAL)) {
        throw e;
      }
    }
  }

  private void file(Fd directory, String name, String path) throws IOException {
    Fd opened;
    try {
      // Not blocking: it may have become a fifo.
      opened = Open.openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (ErrnoException e) {
      if (RootPaths.isMissing(e) || e.is(Errno.ENXIO)) {
        return;
      }
      throw e;
    }
    try (var file = opened) {
      var stat = Stat.of(file);
      if (!stat.isRegular()) {
        return;
      }
      tar.add(header(path, TarEntry.Type.FILE, stat, stat.size(), "", xattrs(file)));
      long left = stat.size();
      while (left > 0) {
        direct.clear().limit((int) Math.min(left, BUFFER_BYTES));
        int read = Io.read(file, direct);
        if (read <= 0) {
          throw new StowageException.Failed(
              "%s became shorter while it was copied".formatted(ByteStrings.text(path)), null);
        }
        direct.flip().get(bytes, 0, read);
        tar.write(bytes, 0, read);
        left -= read;
      }
    }
  }

  private static Map<String, String> xattrs(Fd fd) throws ErrnoException {
    var xattrs = new LinkedHashMap<String, String>();
    try {
      Xattrs.get(fd, CAPABILITY)
          .ifPresent(value -> xattrs.put(CAPABILITY, ByteStrings.of(value, 0, value.length)));
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
    return xattrs;
  }

  /** Times in whole seconds, as Docker writes them: readers without PAX read every entry. */
  private static TarEntry header(
      String name,
      TarEntry.Type type,
      Stat stat,
      long size,
      String link,
      Map<String, String> xattrs) {
    return new TarEntry(
        name,
        type,
        type == TarEntry.Type.SYMLINK ? 0777 : stat.permissions(),
        Integer.toUnsignedLong(stat.uid()),
        Integer.toUnsignedLong(stat.gid()),
        size,
        0,
        size,
        stat.mtimeSec(),
        0,
        link,
        xattrs,
        stat.rdevMajor(),
        stat.rdevMinor(),
        List.of());
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
