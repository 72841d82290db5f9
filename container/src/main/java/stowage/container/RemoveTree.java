package stowage.container;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.volume.Way;

/** Removes a name and everything below it, by descriptors; no symlink is followed. */
final class RemoveTree {
  private RemoveTree() {}

  /**
   * Removes; not there is fine.
   *
   * @param directory opened in any way
   * @throws ErrnoException EBUSY where something is mounted
   */
  static void remove(Fd directory, String name) throws IOException {
    if (!isDirectory(directory, name)) {
      unlink(directory, name);
      return;
    }
    try (var top = Open.openat(directory, ".", O_RDONLY | O_DIRECTORY);
        var way = new Way(top, false)) {
      way.down(name);
      var open = new ArrayDeque<Iterator<Directory.Entry>>();
      var names = new ArrayDeque<String>();
      open.push(Directory.list(way.here()).iterator());
      names.push(name);
      while (!open.isEmpty()) {
        if (!open.peek().hasNext()) {
          open.pop();
          way.up();
          Directory.rmdirat(way.here(), names.pop());
          continue;
        }
        String child = open.peek().next().name();
        if (isDirectory(way.here(), child)) {
          way.down(child);
          open.push(Directory.list(way.here()).iterator());
          names.push(child);
        } else {
          unlink(way.here(), child);
        }
      }
    }
  }

  private static boolean isDirectory(Fd directory, String name) throws ErrnoException {
    try {
      return Stat.at(directory, name, false).isDirectory();
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private static void unlink(Fd directory, String name) throws ErrnoException {
    try {
      Directory.unlinkat(directory, name);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
