package stowage.block;

import java.util.Optional;

/**
 * An EBS volume to make.
 *
 * @param id as in {@code vol-0123456789abcdef0}
 * @param sizeBytes a multiple of 512
 * @param origin what it holds at first; empty: zeroes
 * @param key the id of the region's key its data key is wrapped with; empty: not encrypted
 * @param limits enforced from the first request
 * @param hydrationBytesPerSecond how fast the background copy from a snapshot may be; 0: as fast as
 *     it goes
 */
public record VolumeSpec(
    String id,
    long sizeBytes,
    Optional<Origin> origin,
    Optional<String> key,
    Limits limits,
    long hydrationBytesPerSecond) {

  /** Where first content comes from. */
  public sealed interface Origin {
    /** A completed snapshot of the region; usable at once, chunks come when they are read. */
    record OfSnapshot(String snapshotId) implements Origin {}

    /** A volume of the same zone, as it is now: O(1), both share what neither writes. */
    record OfVolume(String volumeId) implements Origin {}
  }
}
