package stowage.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * The latest change of a volume's size, type or speed.
 *
 * @param original the volume before
 * @param target the volume after
 * @param state how far it is
 */
public record Modification(
    String volumeId, VolumeConfig original, VolumeConfig target, Instant started, State state) {

  /** {@code modifying -> optimizing -> completed}, or {@code failed}. */
  public sealed interface State {
    /** The size is not in effect yet. */
    record Modifying() implements State {}

    /** The size is in effect, the speed not yet. */
    record Optimizing() implements State {}

    /** Done. */
    record Completed(Instant at) implements State {}

    /** The volume is as it was; {@code reason} is for people. */
    record Failed(Instant at, String reason) implements State {}

    /** EBS's word. */
    default String word() {
      return switch (this) {
        case Modifying _ -> "modifying";
        case Optimizing _ -> "optimizing";
        case Completed _ -> "completed";
        case Failed _ -> "failed";
      };
    }

    /** 0 to 100. */
    default int progress() {
      return switch (this) {
        case Modifying _, Failed _ -> 0;
        case Optimizing _ -> 50;
        case Completed _ -> 100;
      };
    }

    /** When it ended. */
    default Optional<Instant> ended() {
      return switch (this) {
        case Modifying _, Optimizing _ -> Optional.empty();
        case Completed done -> Optional.of(done.at);
        case Failed failed -> Optional.of(failed.at);
      };
    }
  }

  Modification in(State next) {
    return new Modification(volumeId, original, target, started, next);
  }
}
