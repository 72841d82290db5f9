package stowage.base;

/**
 * Where a long operation tells how far it is. Telling never blocks for long and never fails; calls
 * may come from several threads.
 */
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (id, status, current, total) -> {};

  /**
   * Tells how far one part is.
   *
   * @param id the part, such as a layer's first 12 digits; empty for the whole
   * @param status what is being done, in Docker's words: "Downloading", "Pull complete", ...
   * @param current bytes done, 0 when {@code status} has no amount
   * @param total bytes in all, 0 when unknown
   */
  void tell(String id, String status, long current, long total);
}
