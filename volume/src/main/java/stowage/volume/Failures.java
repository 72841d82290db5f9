package stowage.volume;

import java.io.IOException;
import stowage.base.StowageException;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.store.Disk;
import stowage.store.DiskFull;

/** How a request fails when the machine did. */
final class Failures {
  private Failures() {}

  static StowageException of(String doing, IOException e) {
    var cause = e instanceof CopyTree.CopyFailed failed ? failed.getCause() : e;
    if (cause instanceof ErrnoException errno
        && (errno.is(Errno.ENOSPC) || errno.is(Errno.EDQUOT))) {
      return Disk.failure(doing, new DiskFull(e.getMessage(), e));
    }
    return Disk.failure(doing, e);
  }
}
