package stowage.cloud;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which blocks of a snapshot there are; or, with {@code firstId}, which differ from that
 * snapshot's.
 *
 * @param snapshotId the snapshot; of two, the second
 * @param firstId the snapshot to compare with; empty and {@code changed}: nothing but zeroes
 * @param changed whether this asks for differences
 * @param start the first index wanted
 * @param maxResults 100 to 10,000
 * @param pageToken of the page before; then {@code start} does not matter
 */
public record ListBlocks(
    String snapshotId,
    Optional<String> firstId,
    boolean changed,
    OptionalLong start,
    OptionalInt maxResults,
    Optional<String> pageToken) {

  /** All blocks of a snapshot. */
  public static ListBlocks of(String snapshotId) {
    return new ListBlocks(
        snapshotId,
        Optional.empty(),
        false,
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  /** The differences of two. */
  public static ListBlocks between(String firstId, String secondId) {
    return new ListBlocks(
        secondId,
        Optional.of(firstId),
        true,
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }
}
