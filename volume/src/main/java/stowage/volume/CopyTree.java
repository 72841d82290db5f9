package stowage.volume;

import static stowage.linux.Open.O_CREAT;
import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_EXCL;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_PATH;
import static stowage.linux.Open.O_WRONLY;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.linux.Attributes;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.FileType;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;

/**
 * Copies a directory tree as it is: owners, modes, times in nanoseconds, hard links, extended
 * attributes with file capabilities, holes, devices, fifos, symlinks. Sockets mean nothing without
 * their process and are left out.
 *
 * <p>It works on descriptors only: no symlink is ever followed, no mount entered, no path put
 * together, and a tree may be deeper than any path could be. Memory grows with the largest
 * directory and with the number of files that have several names, nothing else.
 *
 * <p>The target must not be seen by anybody else meanwhile. Nothing is durable before the caller
 * syncs.
 */
public final class CopyTree implements AutoCloseable {
  private static final int MODE_WHILE_COPYING = 0700;
  private static final int PATH_CHARS_TOLD = 1024;

  /** What was copied: regular files' bytes, and everything but the top directory. */
  public record Copied(long entries, long bytes) {}

  private record Inode(int devMajor, int devMinor, long ino) {}

  private final Way from;
  private final Way to;
  private final FileCrew crew = new FileCrew();
  private final Deque<Iterator<Directory.Entry>> open = new ArrayDeque<>();

  /** For each open level the source of its files, from the first file on. */
  private final Deque<Optional<FileCrew.Source>> sources = new ArrayDeque<>();

  private final Map<Inode, List<String>> linked = new HashMap<>();
  private final Fd top;
  private long entries;

  private CopyTree(Fd from, Fd to) throws ErrnoException {
    this.from = new Way(from, false);
    this.to = new Way(to, false);
    this.top = to;
  }

  /**
   * Copies everything in directory {@code from}, and its own attributes, to directory {@code to}.
   *
   * @param from opened for reading
   * @param to an empty directory, opened for reading
   * @throws IOException with the path at which it failed; the target has a part of the tree
   */
  public static Copied copy(Fd from, Fd to) throws IOException {
    try (var copy = new CopyTree(from, to)) {
      try {
        copy.run();
        return new Copied(copy.entries, copy.crew.finish());
      } catch (CopyFailed e) {
        throw e;
      } catch (IOException e) {
        throw new CopyFailed(copy.from.names(), e);
      }
    }
  }

  /** Copies the attributes of a directory alone: owner, mode, times, extended attributes. */
  public static void attributes(Fd from, Fd to) throws IOException {
    directoryAttributes(from, Stat.of(from), to);
  }

  private void run() throws IOException {
    enter();
    while (true) {
      if (open.peek().hasNext()) {
        entry(open.peek().next().name());
        continue;
      }
      // A directory's times are set when nothing is made in it any more.
      directoryAttributes(from.here(), from.stat(), to.here());
      open.pop();
      sources.pop().ifPresent(FileCrew.Source::close);
      if (open.isEmpty()) {
        return;
      }
      from.up();
      to.up();
    }
  }

  private void enter() throws IOException {
    open.push(Directory.list(from.here()).iterator());
    sources.push(Optional.empty());
  }

  private void entry(String name) throws IOException {
    var stat = Stat.at(from.here(), name, false);
    entries++;
    if (!stat.isDirectory() && stat.nlink() > 1 && linkedBefore(name, stat)) {
      return;
    }
    switch (stat.type()) {
      case DIRECTORY -> {
        Directory.mkdirat(to.here(), name, MODE_WHILE_COPYING);
        from.down(name);
        to.down(name);
        enter();
      }
      case REGULAR -> file(name);
      case SYMLINK -> {
        Directory.symlinkat(Directory.readlinkat(from.here(), name), to.here(), name);
        Attributes.fchownat(to.here(), name, stat.uid(), stat.gid());
        xattrsAt(name);
        times(name, stat);
      }
      case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> {
        Directory.mknodat(to.here(), name, stat.mode(), stat.rdevMajor(), stat.rdevMinor());
        Attributes.fchownat(to.here(), name, stat.uid(), stat.gid());
        Attributes.fchmodat(to.here(), name, stat.permissions());
        xattrsAt(name);
        times(name, stat);
      }
      case SOCKET -> entries--;
      case UNKNOWN -> throw new IOException("a file of no known type");
    }
  }

  /** Gives a file that was copied under another name this name too. */
  private boolean linkedBefore(String name, Stat stat) throws IOException {
    if (stat.type() == FileType.SOCKET) {
      return false;
    }
    var inode = new Inode(stat.devMajor(), stat.devMinor(), stat.ino());
    var first = linked.get(inode);
    if (first == null) {
      var path = new ArrayList<>(to.names());
      path.add(name);
      linked.put(inode, path);
      return false;
    }
    // Down from the top by single names: the path may be longer than a path can be.
    var directory = top.duplicate();
    try {
      for (String part : first.subList(0, first.size() - 1)) {
        var next = Open.openat(directory, part, O_PATH | O_DIRECTORY | O_NOFOLLOW);
        directory.close();
        directory = next;
      }
      Directory.linkat(directory, first.getLast(), to.here(), name);
    } finally {
      directory.close();
    }
    return true;
  }

  private void file(String name) throws IOException {
    if (sources.peek().isEmpty()) {
      sources.pop();
      sources.push(Optional.of(new FileCrew.Source(from.here(), from.names())));
    }
    var target = Open.openat(to.here(), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    crew.copy(sources.peek().orElseThrow(), name, target);
  }

  private static void directoryAttributes(Fd from, Stat stat, Fd to) throws IOException {
    Attributes.fchown(to, stat.uid(), stat.gid());
    Attributes.fchmod(to, stat.permissions());
    for (String xattr : Xattrs.list(from)) {
      var value = isCopied(xattr) ? Xattrs.get(from, xattr) : null;
      if (value != null && value.isPresent()) {
        setUnlessUnsupported(() -> Xattrs.set(to, xattr, value.get(), 0));
      }
    }
    Attributes.futimens(to, 0, Attributes.UTIME_OMIT, stat.mtimeSec(), stat.mtimeNsec());
  }

  private void xattrsAt(String name) throws IOException {
    for (String xattr : Xattrs.listAt(from.here(), name)) {
      var value = isCopied(xattr) ? Xattrs.getAt(from.here(), name, xattr) : null;
      if (value != null && value.isPresent()) {
        setUnlessUnsupported(() -> Xattrs.setAt(to.here(), name, xattr, value.get(), 0));
      }
    }
  }

  private void times(String name, Stat stat) throws ErrnoException {
    Attributes.utimensat(
        to.here(), name, 0, Attributes.UTIME_OMIT, stat.mtimeSec(), stat.mtimeNsec());
  }

  /** What overlayfs keeps for itself says something about its own layers, not about the file. */
  static boolean isCopied(String xattr) {
    return !xattr.startsWith("trusted.overlay.") && !xattr.startsWith("user.overlay.");
  }

  interface SetXattr {
    void run() throws ErrnoException;
  }

  /** A filesystem without attributes of that kind gets the file without them. */
  static void setUnlessUnsupported(SetXattr set) throws ErrnoException {
    try {
      set.run();
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
  }

  /** Closes what the copy has open; the caller's two directories stay open. */
  @Override
  public void close() {
    crew.close();
    sources.forEach(source -> source.ifPresent(FileCrew.Source::close));
    from.close();
    to.close();
  }

  /** Where a copy failed and why. */
  static final class CopyFailed extends IOException {
    private static final long serialVersionUID = 1L;

    CopyFailed(List<String> path, IOException cause) {
      super("in %s: %s".formatted(told(path), cause.getMessage()), cause);
    }

    private static String told(List<String> names) {
      String path = ByteStrings.text("/" + String.join("/", names));
      return path.length() <= PATH_CHARS_TOLD
          ? path
          : "..." + path.substring(path.length() - PATH_CHARS_TOLD);
    }

    @Override
    public synchronized IOException getCause() {
      return (IOException) super.getCause();
    }
  }
}
