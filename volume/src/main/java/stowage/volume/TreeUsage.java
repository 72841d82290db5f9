package stowage.volume;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Stat;

/**
 * How much a directory tree takes: of each file its size, or what is allocated for it where that is
 * less (holes), once however many names it has. Directories count nothing, as Docker counts.
 */
final class TreeUsage {
  private static final int BLOCK_BYTES = 512; // st_blocks, whatever the filesystem's own is

  private record Inode(int devMajor, int devMinor, long ino) {}

  private final Set<Inode> counted = new HashSet<>();
  private long bytes;

  private TreeUsage() {}

  /**
   * Counts; files that come and go meanwhile may or may not be in it.
   *
   * @param top opened for reading
   */
  static long bytes(Fd top) throws IOException {
    var usage = new TreeUsage();
    try (var way = new Way(top, false)) {
      usage.walk(way);
    } catch (Way.Moved e) {
      return usage.bytes; // of a tree in motion any answer is as good
    }
    return usage.bytes;
  }

  private void walk(Way way) throws IOException {
    var open = new ArrayDeque<Iterator<Directory.Entry>>();
    open.push(Directory.list(way.here()).iterator());
    while (true) {
      if (open.peek().hasNext()) {
        if (count(way, open.peek().next().name())) {
          open.push(Directory.list(way.here()).iterator());
        }
        continue;
      }
      open.pop();
      if (open.isEmpty()) {
        return;
      }
      way.up();
    }
  }

  /** Counts an entry; true if it is a directory, which was entered. */
  private boolean count(Way way, String name) throws ErrnoException {
    try {
      var stat = Stat.at(way.here(), name, false);
      if (stat.isDirectory()) {
        way.down(name);
        return true;
      }
      if (stat.nlink() == 1
          || counted.add(new Inode(stat.devMajor(), stat.devMinor(), stat.ino()))) {
        bytes += Math.min(stat.size(), stat.blocks() * BLOCK_BYTES);
      }
      return false;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)
          || e.is(Errno.ENOTDIR)
          || e.is(Errno.ELOOP)
          || e.is(Errno.EXDEV)
          || e.is(Errno.EAGAIN)) {
        return false; // gone, changed, or another mount
      }
      throw e;
    }
  }
}
