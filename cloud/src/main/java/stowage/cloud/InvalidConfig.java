package stowage.cloud;

/** A volume cannot be so: its type, size, speed, content or encryption. Sizes are in GiB. */
public sealed interface InvalidConfig extends Invalid {
  /** No such type of volume. */
  record UnknownType(String type) implements InvalidConfig {
    @Override
    public String message() {
      return "no volume type '%s'; there are %s".formatted(type, VolumeType.words());
    }
  }

  /** More than the type has. */
  record TooLarge(VolumeType type, long size, long max) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes have at most %d GiB, not %d".formatted(type.word(), max, size);
    }
  }

  /** Less than the type has. */
  record TooSmall(VolumeType type, long size, long min) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes have at least %d GiB, not %d".formatted(type.word(), min, size);
    }
  }

  /** Smaller than the snapshot, or the volume, it is made from. */
  record SmallerThanSource(long size, String sourceId, long sourceSize) implements InvalidConfig {
    @Override
    public String message() {
      return "a volume of %d GiB is smaller than %s, which has %d GiB"
          .formatted(size, sourceId, sourceSize);
    }
  }

  /** A modification that would shrink it. */
  record Shrinks(String volumeId, long size, long present) implements InvalidConfig {
    @Override
    public String message() {
      return "EBS volume %s has %d GiB and can only grow, not to %d"
          .formatted(volumeId, present, size);
    }
  }

  /** A modification that says nothing. */
  record NothingToModify(String volumeId) implements InvalidConfig {
    @Override
    public String message() {
      return "say at least one of size, type, iops, throughput, multi-attach for " + volumeId;
    }
  }

  /** More than the type does. */
  record IopsTooHigh(VolumeType type, long iops, long max) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes do at most %d IOPS, not %d".formatted(type.word(), max, iops);
    }
  }

  /** Less than can be ordered. */
  record IopsTooLow(VolumeType type, long iops, long min) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes do at least %d IOPS, not %d".formatted(type.word(), min, iops);
    }
  }

  /** Too many IOPS for a volume of that size. */
  record IopsPerGib(VolumeType type, long iops, long size, long max) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes do at most %d IOPS for each GiB, not %d for %d GiB"
          .formatted(type.word(), max, iops, size);
    }
  }

  /** MiB/s. */
  record ThroughputTooHigh(VolumeType type, long throughput, long max) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes do at most %d MiB/s, not %d".formatted(type.word(), max, throughput);
    }
  }

  /** MiB/s. */
  record ThroughputTooLow(VolumeType type, long throughput, long min) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes do at least %d MiB/s, not %d".formatted(type.word(), min, throughput);
    }
  }

  /** At most one MiB/s for each four IOPS. */
  record ThroughputPerIops(VolumeType type, long throughput, long iops) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes do at most 1 MiB/s for each 4 IOPS, not %d MiB/s for %d IOPS"
          .formatted(type.word(), throughput, iops);
    }
  }

  /** A parameter this type does not take: iops, throughput, multi-attach-enabled. */
  record NotForType(String parameter, VolumeType type) implements InvalidConfig {
    @Override
    public String message() {
      return "%s is not for %s volumes".formatted(parameter, type.word());
    }
  }

  /** A parameter this type must have: iops. */
  record RequiredForType(String parameter, VolumeType type) implements InvalidConfig {
    @Override
    public String message() {
      return "%s volumes need %s".formatted(type.word(), parameter);
    }
  }

  /** io1 with multi-attach can be neither modified nor switched. */
  record Io1MultiAttach(String volumeId) implements InvalidConfig {
    @Override
    public String message() {
      return "EBS volume %s is io1 with multi-attach, which cannot be modified".formatted(volumeId);
    }
  }

  /** An unencrypted volume or copy of something encrypted. */
  record CannotDecrypt(String sourceId) implements InvalidConfig {
    @Override
    public String message() {
      return "%s is encrypted, and so is everything made from it".formatted(sourceId);
    }
  }
}
