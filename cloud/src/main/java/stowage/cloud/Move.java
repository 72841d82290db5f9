package stowage.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * A volume on its way to another zone: a snapshot of it, a new volume from that, and for a move the
 * end of the old one. What is done and what is left is durable, so that any agent goes on with it.
 *
 * @param id {@code move-} and 17 hex digits
 * @param volumeId the old volume
 * @param zone where to
 * @param keepSource a clone: the old volume stays
 * @param snapshotId of the snapshot, planned with the move
 * @param newVolumeId of the new volume, planned with the move
 * @param step what is to be done next
 */
public record Move(
    String id,
    String volumeId,
    String zone,
    boolean keepSource,
    String snapshotId,
    String newVolumeId,
    Instant started,
    Step step) {

  /** {@code snapshot -> copy -> create -> retire -> done}, or {@code failed} from any. */
  public sealed interface Step {
    /** The snapshot is to be taken. */
    record TakeSnapshot() implements Step {}

    /** The snapshot is on its way to the region. */
    record AwaitSnapshot() implements Step {}

    /** The new volume is to be made. */
    record MakeVolume() implements Step {}

    /** The old volume, if it goes, and the snapshot are to be removed. */
    record Retire() implements Step {}

    record Done(Instant at) implements Step {}

    /** The old volume is as it was; {@code reason} is for people. */
    record Failed(String reason) implements Step {}

    /** For people. */
    default String word() {
      return switch (this) {
        case TakeSnapshot _ -> "snapshot";
        case AwaitSnapshot _ -> "copy";
        case MakeVolume _ -> "create";
        case Retire _ -> "retire";
        case Done _ -> "done";
        case Failed _ -> "failed";
      };
    }
  }

  /** Whether nothing is left to be done. */
  public boolean ended() {
    return step instanceof Step.Done || step instanceof Step.Failed;
  }

  /** Why it failed. */
  public Optional<String> failure() {
    return step instanceof Step.Failed failed ? Optional.of(failed.reason()) : Optional.empty();
  }

  Move at(Step next) {
    return new Move(id, volumeId, zone, keepSource, snapshotId, newVolumeId, started, next);
  }
}
