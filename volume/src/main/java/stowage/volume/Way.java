package stowage.volume;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;

/**
 * The way from a directory down to where a walk is, in open descriptors: no symlink is followed, no
 * mount entered unless asked for, and however deep it gets only the deepest levels are open.
 *
 * <p>A level that was closed is opened again by {@code ..} from the one below it, and must be the
 * directory it was. One thread at a time.
 */
public final class Way implements AutoCloseable {
  /** Levels that stay open; more would make a deep tree use up the process's descriptors. */
  static final int OPEN_MAX = 64;

  private final List<Level> levels = new ArrayList<>();
  private final int resolve;

  private static final class Level {
    final String name;
    final Stat stat;
    Fd fd;

    Level(String name, Fd fd) throws ErrnoException {
      this.name = name;
      this.fd = fd;
      this.stat = Stat.of(fd);
    }
  }

  /** Starts at a directory, opened for reading; the caller keeps and closes it. */
  public Way(Fd top, boolean entersMounts) throws ErrnoException {
    levels.add(new Level("", top));
    resolve =
        Open.RESOLVE_NO_SYMLINKS
            | Open.RESOLVE_BENEATH
            | (entersMounts ? 0 : Open.RESOLVE_NO_XDEV);
  }

  /** Where the walk is, opened for reading. */
  public Fd here() {
    return levels.getLast().fd;
  }

  /** What {@link #here} was when it was entered. */
  public Stat stat() {
    return levels.getLast().stat;
  }

  /** How many levels below the top. */
  public int depth() {
    return levels.size() - 1;
  }

  /** The names from the top to here. */
  public List<String> names() {
    return levels.stream().skip(1).map(level -> level.name).toList();
  }

  /** Enters a directory. ENOTDIR or ELOOP if it is none, EXDEV if it is a mount. */
  public void down(String name) throws ErrnoException {
    Fd child =
        Open.openat2(
            here(),
            name,
            O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
            0,
            resolve);
    try {
      levels.add(new Level(name, child));
    } catch (ErrnoException e) {
      child.close();
      throw e;
    }
    int close = levels.size() - 1 - OPEN_MAX;
    if (close > 0) { // the top stays open, it is the caller's
      levels.get(close).fd.close();
      levels.get(close).fd = null;
    }
  }

  /** Goes back to the level above. */
  public void up() throws IOException {
    var child = levels.removeLast();
    try (Fd left = child.fd) {
      var parent = levels.getLast();
      if (parent.fd == null) {
        parent.fd = Open.openat(left, "..", O_RDONLY | O_DIRECTORY);
        var now = Stat.of(parent.fd);
        if (now.ino() != parent.stat.ino()
            || now.devMajor() != parent.stat.devMajor()
            || now.devMinor() != parent.stat.devMinor()) {
          throw new Moved(child.name);
        }
      }
    }
  }

  /** The tree was changed under the walk, which has lost its way. */
  public static final class Moved extends IOException {
    private static final long serialVersionUID = 1L;

    Moved(String name) {
      super("a directory was moved while it was walked: " + name);
    }
  }

  @Override
  public void close() {
    for (var level : levels.subList(1, levels.size())) {
      if (level.fd != null) {
        level.fd.close();
      }
    }
    levels.subList(1, levels.size()).clear();
  }
}
