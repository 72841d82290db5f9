package stowage.cloud;

import java.time.Instant;

/**
 * A volume at an instance.
 *
 * @param instanceId {@code i-...}
 * @param device the name the caller asked for, such as {@code /dev/sdf}
 * @param epoch of this attachment, higher than any this volume had before; it fences
 * @param attached when it was asked for
 * @param deleteOnTermination whether the volume goes with the instance
 * @param phase how far it has come
 */
public record Attachment(
    String volumeId,
    String instanceId,
    String device,
    long epoch,
    Instant attached,
    boolean deleteOnTermination,
    Phase phase) {

  /**
   * How far an attachment has come.
   *
   * <pre>
   *   attaching -> attached <-> busy
   *        \          |          |
   *         `--------> detaching <' -> (gone)
   * </pre>
   */
  public sealed interface Phase {
    /** The zone was not told yet, or has not answered. */
    record Attaching() implements Phase {}

    /** There is a device: {@code path} on the instance's host, {@code uri} for NBD clients. */
    record Attached(String path, String uri) implements Phase {}

    /** Still attached: a detach was refused, since {@code holders} have the device open. */
    record Busy(String path, String uri, String holders) implements Phase {}

    /** On its way out; {@code force} cuts it even while it is held. */
    record Detaching(boolean force) implements Phase {}

    /** EC2's word. */
    default String word() {
      return switch (this) {
        case Attaching _ -> "attaching";
        case Attached _ -> "attached";
        case Busy _ -> "busy";
        case Detaching _ -> "detaching";
      };
    }

    /** The device's path on the instance's host; empty if there is none. */
    default String path() {
      return switch (this) {
        case Attached at -> at.path;
        case Busy at -> at.path;
        case Attaching _, Detaching _ -> "";
      };
    }
  }

  Attachment in(Phase next) {
    return new Attachment(volumeId, instanceId, device, epoch, attached, deleteOnTermination, next);
  }

  Attachment goes(boolean withInstance) {
    return new Attachment(volumeId, instanceId, device, epoch, attached, withInstance, phase);
  }
}
