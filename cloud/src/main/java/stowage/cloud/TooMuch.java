package stowage.cloud;

/** A limit of EBS, or of ours, is reached. */
public sealed interface TooMuch extends Rule {
  /** Volumes attached to an instance. */
  record Attachments(String instanceId, int max) implements TooMuch {
    @Override
    public String message() {
      return "instance %s has %d EBS volumes, the most it may have".formatted(instanceId, max);
    }
  }

  /** Instances a multi-attach volume is attached to. */
  record Instances(String volumeId, int max) implements TooMuch {
    @Override
    public String message() {
      return "EBS volume %s is attached to %d instances, the most there may be"
          .formatted(volumeId, max);
    }
  }

  /** Snapshots of one volume that are not completed yet. */
  record PendingSnapshots(String volumeId, int max) implements TooMuch {
    @Override
    public String message() {
      return "EBS volume %s has %d pending snapshots, the most there may be; wait for one"
          .formatted(volumeId, max);
    }
  }

  /** Tags of one resource. */
  record TagsOf(String resourceId, int max) implements TooMuch {
    @Override
    public String message() {
      return "%s would have more than %d tags".formatted(resourceId, max);
    }
  }

  /** Values in the filters of one request. */
  record Filters(int max) implements TooMuch {
    @Override
    public String message() {
      return "more than %d filter values".formatted(max);
    }
  }
}
