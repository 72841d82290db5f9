package stowage.cloud;

import java.util.List;

/** The request's object is held by something else. */
public sealed interface Held extends Rule {
  /** Attach of a volume that is attached; to {@code device} of {@code instanceId}. */
  record AlreadyAttached(String volumeId, String instanceId, String device) implements Held {
    @Override
    public String message() {
      return "EBS volume %s is already attached to instance %s as %s; detach it first, or clone it"
          .formatted(volumeId, instanceId, device);
    }
  }

  /** Delete of a volume that is attached. */
  record StillAttached(String volumeId, List<String> instanceIds) implements Held {
    public StillAttached {
      instanceIds = List.copyOf(instanceIds);
    }

    @Override
    public String message() {
      return "EBS volume %s is attached to %s; detach it first"
          .formatted(volumeId, String.join(", ", instanceIds));
    }
  }

  /** Detach of a volume whose device is open or mounted; {@code holders} says by what. */
  record DeviceBusy(String volumeId, String instanceId, String holders) implements Held {
    @Override
    public String message() {
      return "EBS volume %s is busy on instance %s: %s; unmount it, or detach it by force"
          .formatted(volumeId, instanceId, holders);
    }
  }

  /** The device name is taken on that instance. */
  record DeviceTaken(String device, String instanceId, String volumeId) implements Held {
    @Override
    public String message() {
      return "device %s of instance %s is taken by EBS volume %s"
          .formatted(device, instanceId, volumeId);
    }
  }

  /** Delete of a snapshot that something needs. */
  record SnapshotNeeded(String snapshotId, String by) implements Held {
    @Override
    public String message() {
      return "EBS snapshot %s is in use by %s".formatted(snapshotId, by);
    }
  }

  /** Deregistering a host, or registering it anew, while it has volumes. */
  record InstanceHasVolumes(String instanceId, List<String> volumeIds) implements Held {
    public InstanceHasVolumes {
      volumeIds = List.copyOf(volumeIds);
    }

    @Override
    public String message() {
      return "instance %s has EBS volumes: %s; detach them first"
          .formatted(instanceId, String.join(", ", volumeIds));
    }
  }
}
