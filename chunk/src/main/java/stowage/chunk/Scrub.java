package stowage.chunk;

import java.util.Optional;

/**
 * How much of a store is to be verified.
 *
 * @param from where to go on, as the last report said; empty: from the start
 * @param bytesMax stop after about so many
 * @param bytesPerSecond no faster than that; 0: as fast as it goes
 */
public record Scrub(Optional<String> from, long bytesMax, long bytesPerSecond) {
  /** Everything, at once. */
  public static final Scrub ALL = new Scrub(Optional.empty(), Long.MAX_VALUE, 0);
}
