package stowage.container;

import java.time.Instant;
import java.util.Optional;

/**
 * Which of a container's log is wanted.
 *
 * @param follow whether to wait for more until the container ends
 * @param since nothing older
 * @param until nothing younger
 * @param tail only the last so many lines; negative: all
 */
public record LogOptions(
    boolean stdout,
    boolean stderr,
    boolean follow,
    Optional<Instant> since,
    Optional<Instant> until,
    long tail) {
  /** All there is. */
  public static final LogOptions ALL =
      new LogOptions(true, true, false, Optional.empty(), Optional.empty(), -1);
}
