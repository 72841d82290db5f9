package stowage.block;

import java.io.IOException;

/**
 * The session's attachment was ended: another of a higher epoch was admitted, or it was cut. No
 * call on the session succeeds any more, and none that failed so has changed anything.
 */
public final class StaleEpoch extends IOException {
  private static final long serialVersionUID = 1L;

  StaleEpoch(String volumeId, String instanceId, long epoch) {
    super("epoch %d of %s on %s is past".formatted(epoch, instanceId, volumeId));
  }
}
