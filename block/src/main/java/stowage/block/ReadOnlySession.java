package stowage.block;

import java.io.IOException;

/** A write through an attachment that is read-only (EPERM, EROFS); nothing was changed. */
public final class ReadOnlySession extends IOException {
  private static final long serialVersionUID = 1L;

  ReadOnlySession(String volumeId) {
    super(volumeId + " is attached read-only");
  }
}
