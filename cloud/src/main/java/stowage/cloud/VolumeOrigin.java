package stowage.cloud;

import java.util.Optional;

/**
 * What a volume was made from.
 *
 * @param snapshotId the snapshot; empty: none
 * @param sourceVolumeId the volume it is a copy of; empty: none
 * @param initializationRate MiB/s at which a snapshot's content is copied in the background; 0: not
 *     said
 */
public record VolumeOrigin(
    Optional<String> snapshotId, Optional<String> sourceVolumeId, long initializationRate) {
  /** Zeroes. */
  public static final VolumeOrigin BLANK = new VolumeOrigin(Optional.empty(), Optional.empty(), 0);
}
