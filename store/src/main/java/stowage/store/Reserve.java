package stowage.store;

import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;

/**
 * Room set aside, {@code <root>/reserve}: a full disk can still be freed, since removing things
 * takes records, which take room. It is given up for commits that add no record and taken back when
 * there is room again.
 */
final class Reserve {
  static final long SIZE_BYTES = 16 << 20;

  private static final System.Logger LOG = System.getLogger("stowage.store");

  private final String file;
  private boolean isThere;

  Reserve(Path root) {
    file = ByteStrings.ofPath(root.resolve("reserve"));
  }

  /** Sets the room aside if there is enough; tries again each time it is called. */
  void restore() {
    if (isThere) {
      return;
    }
    try (Fd fd = Open.open(file, Open.O_WRONLY | Open.O_CREAT, 0600)) {
      Io.allocate(fd, 0, SIZE_BYTES);
      isThere = true;
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOSPC) && !e.is(Errno.EDQUOT)) {
        LOG.log(System.Logger.Level.DEBUG, "reserve.missing error={0}", e.getMessage());
      }
      remove();
    }
  }

  /** Gives the room up; false if there was none. */
  boolean release() {
    if (isThere) {
      isThere = false;
      LOG.log(System.Logger.Level.WARNING, "reserve.used file={0}", file);
      return remove();
    }
    return false;
  }

  private boolean remove() {
    try {
      Directory.unlink(file);
      return true;
    } catch (ErrnoException e) {
      return false;
    }
  }
}
