package stowage.store;

import java.io.IOException;

/** There is no room: the filesystem is full (ENOSPC) or a quota is used up (EDQUOT). */
public final class DiskFull extends IOException {
  private static final long serialVersionUID = 1L;

  public DiskFull(String message, Throwable cause) {
    super(message, cause);
  }
}
