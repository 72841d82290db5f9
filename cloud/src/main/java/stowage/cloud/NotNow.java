package stowage.cloud;

import java.time.Instant;

/** The request is sound, but not in the state its object is in. */
public sealed interface NotNow extends Rule {
  /** The volume is not available for what is asked; {@code state} as EBS calls it. */
  record VolumeState(String volumeId, String state, String wanted) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s is %s, not %s".formatted(volumeId, state, wanted);
    }
  }

  /** Detach of a volume that is attached to nothing. */
  record NotAttached(String volumeId, String state) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s is %s, attached to nothing".formatted(volumeId, state);
    }
  }

  /** The instance is neither running nor stopped, or not what is asked for. */
  record InstanceState(String instanceId, String state, String wanted) implements NotNow {
    @Override
    public String message() {
      return "instance %s is %s, not %s".formatted(instanceId, state, wanted);
    }
  }

  /** The snapshot is not completed. */
  record SnapshotState(String snapshotId, String state, String wanted) implements NotNow {
    @Override
    public String message() {
      return "EBS snapshot %s is %s, not %s".formatted(snapshotId, state, wanted);
    }
  }

  /** A modification is under way. */
  record ModificationRunning(String volumeId, String state) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s is being modified (%s); wait until that is completed"
          .formatted(volumeId, state);
    }
  }

  /** It was modified too often of late; {@code until} is when it may be again. */
  record ModifiedTooOften(String volumeId, int max, Instant until) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s was modified %d times in 24 hours; it may be again from %s"
          .formatted(volumeId, max, until);
    }
  }

  /** EnableVolumeIO of a volume that has it. */
  record IoEnabled(String volumeId) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s has I/O enabled already".formatted(volumeId);
    }
  }

  /** Multi-attach is switched while the volume is attached. */
  record MultiAttachWhileAttached(String volumeId) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s is attached; multi-attach is switched on detached volumes only"
          .formatted(volumeId);
    }
  }

  /** The volume is on its way to another zone. */
  record Moving(String volumeId, String moveId) implements NotNow {
    @Override
    public String message() {
      return "EBS volume %s is being moved (%s)".formatted(volumeId, moveId);
    }
  }
}
