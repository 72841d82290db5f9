package stowage.store;

import java.util.ArrayList;
import java.util.List;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.FileType;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Rename;
import stowage.linux.Stat;

/**
 * A directory tree that someone else filled: any names, any depth, links that lead anywhere. It is
 * walked by descriptors, so nothing outside is touched.
 */
final class HostTree {
  /** How many levels are open at once; what lies deeper is first moved up. */
  private static final int DEPTH_MAX = 32;

  /** Up to here each file is synced; beyond, one sync of the whole filesystem is quicker. */
  private static final int SYNC_FILES_MAX = 64;

  private static final int DIRECTORY = Open.O_RDONLY | Open.O_DIRECTORY | Open.O_NOFOLLOW;

  private final Fd top;
  private int moved;

  HostTree(Fd top) {
    this.top = top;
  }

  /**
   * Opens a directory unless something is mounted there: EXDEV. A bind mount would lead to the
   * host's own files, on the same filesystem even.
   */
  static Fd open(Fd parent, String name) throws ErrnoException {
    return Open.openat2(
        parent, name, DIRECTORY, 0, Open.RESOLVE_NO_XDEV | Open.RESOLVE_NO_SYMLINKS);
  }

  /** Removes everything in it; fails at the first thing that is mounted there. */
  void empty() throws ErrnoException {
    do {
      moved = 0;
      empty(top, 1);
    } while (moved > 0);
  }

  private void empty(Fd directory, int depth) throws ErrnoException {
    for (var entry : Directory.list(directory)) {
      String name = entry.name();
      if (!isDirectory(directory, entry)) {
        Directory.unlinkat(directory, name);
      } else if (depth == DEPTH_MAX) {
        moveUp(directory, name);
      } else {
        try (Fd child = open(directory, name)) {
          empty(child, depth + 1);
        }
        Directory.rmdirat(directory, name);
      }
    }
  }

  private void moveUp(Fd directory, String name) throws ErrnoException {
    while (true) {
      try {
        Rename.noReplaceAt(directory, name, top, "deep." + ++moved);
        return;
      } catch (ErrnoException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
  }

  /** Makes everything in it durable, and itself. */
  void sync() throws ErrnoException {
    var files = new ArrayList<Fd>();
    try {
      if (collect(top, files)) {
        for (Fd file : files) {
          Io.fsync(file);
        }
        Io.fsync(top);
      } else {
        Io.syncfs(top);
      }
    } finally {
      files.forEach(Fd::close);
    }
  }

  /** Opens all files and directories below, deepest first; false if they are too many. */
  private boolean collect(Fd directory, List<Fd> files) throws ErrnoException {
    for (var entry : Directory.list(directory)) {
      Stat stat = Stat.at(directory, entry.name(), false);
      if (stat.isDirectory() || stat.isRegular()) {
        if (files.size() == SYNC_FILES_MAX) {
          return false;
        }
        Fd file = Open.openat(directory, entry.name(), Open.O_RDONLY | Open.O_NOFOLLOW);
        files.add(file);
        if (stat.isDirectory() && !collect(file, files)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isDirectory(Fd directory, Directory.Entry entry) throws ErrnoException {
    return entry.type() == FileType.UNKNOWN
        ? Stat.at(directory, entry.name(), false).isDirectory()
        : entry.type() == FileType.DIRECTORY;
  }
}
