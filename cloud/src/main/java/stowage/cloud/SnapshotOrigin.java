package stowage.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where a snapshot's content comes from. */
public sealed interface SnapshotOrigin {
  /** What EC2 shows for a snapshot that is of no volume here. */
  String NO_VOLUME = "vol-ffffffff";

  /** A volume, as it was; {@code zone} copies it to the region. */
  record OfVolume(String volumeId, String zone) implements SnapshotOrigin {}

  /** Another snapshot of this region. */
  record CopyOf(String snapshotId) implements SnapshotOrigin {}

  /**
   * Blocks that a client puts one by one.
   *
   * @param parentId what blocks not put are taken from; empty: zeroes
   * @param timeout without a put in this time it fails
   * @param lastPut when the last came, to some seconds
   * @param completion what the client said at the end; empty: it may still put
   */
  record Direct(
      Optional<String> parentId, Duration timeout, Instant lastPut, Optional<Completion> completion)
      implements SnapshotOrigin {}

  /**
   * What a client says when it has put all blocks.
   *
   * @param blocks how many it put
   * @param checksum base64 of the SHA-256 over the blocks' digests, in the order of their indexes
   */
  record Completion(long blocks, Optional<String> checksum) {}

  /** The id EC2 shows as the snapshot's volume. */
  default String volumeId() {
    return switch (this) {
      case OfVolume of -> of.volumeId;
      case CopyOf _, Direct _ -> NO_VOLUME;
    };
  }
}
