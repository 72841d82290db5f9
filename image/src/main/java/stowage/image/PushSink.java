package stowage.image;

import stowage.base.Digest;
import stowage.base.Progress;

/** Where a push tells its progress and what the registry now has. */
public interface PushSink extends Progress {
  /** Tells that the registry took the manifest of {@code tag}, after the line that says so. */
  void pushed(String tag, Digest digest, long sizeBytes);
}
