package stowage.cloud;

import java.util.Optional;

/** What a volume's type, size and speed may be together. */
final class ConfigRules {
  private static final long GP2_IOPS_PER_GIB = 3;
  private static final long GP2_IOPS_MIN = 100;
  private static final long GP2_IOPS_MAX = 16_000;
  private static final long IOPS_PER_MIB = 4;

  private ConfigRules() {}

  /** What a volume is made from, if from anything. */
  record Source(String id, long sizeGib) {}

  /** The configuration of a new volume. */
  static VolumeConfig fresh(AskedConfig asked, Optional<Source> source) {
    VolumeType type = asked.type().map(VolumeType::of).orElse(VolumeType.GP2);
    if (asked.sizeGib().isEmpty() && source.isEmpty()) {
      throw new Invalid.Missing("size/snapshot").broken();
    }
    long size = asked.sizeGib().orElseGet(() -> source.get().sizeGib());
    if (source.isPresent() && size < source.get().sizeGib()) {
      throw new InvalidConfig.SmallerThanSource(size, source.get().id(), source.get().sizeGib())
          .broken();
    }
    return checked(type, size, asked, Optional.empty());
  }

  /** The configuration after a modification. */
  static VolumeConfig changed(String volumeId, VolumeConfig present, AskedConfig asked) {
    if (asked.equals(AskedConfig.NONE)) {
      throw new InvalidConfig.NothingToModify(volumeId).broken();
    }
    if (present.type() == VolumeType.IO1
        && (present.multiAttach() || asked.multiAttach().isPresent())) {
      throw new InvalidConfig.Io1MultiAttach(volumeId).broken();
    }
    long size = asked.sizeGib().orElse(present.sizeGib());
    if (size < present.sizeGib()) {
      throw new InvalidConfig.Shrinks(volumeId, size, present.sizeGib()).broken();
    }
    VolumeType type = asked.type().map(VolumeType::of).orElse(present.type());
    return checked(
        type, size, asked, type == present.type() ? Optional.of(present) : Optional.empty());
  }

  private static VolumeConfig checked(
      VolumeType type, long size, AskedConfig asked, Optional<VolumeConfig> present) {
    if (size > type.sizeMax()) {
      throw new InvalidConfig.TooLarge(type, size, type.sizeMax()).broken();
    }
    if (size < type.sizeMin()) {
      throw new InvalidConfig.TooSmall(type, size, type.sizeMin()).broken();
    }
    long iops = iops(type, size, asked, present);
    long throughput = throughput(type, iops, asked, present);
    boolean multi =
        asked.multiAttach().orElseGet(() -> present.map(VolumeConfig::multiAttach).orElse(false));
    if (multi && !type.hasMultiAttach()) {
      throw new InvalidConfig.NotForType("multi-attach-enabled", type).broken();
    }
    return new VolumeConfig(type, size, iops, throughput, multi);
  }

  private static long iops(
      VolumeType type, long size, AskedConfig asked, Optional<VolumeConfig> present) {
    if (!type.hasIops()) {
      if (asked.iops().isPresent()) {
        throw new InvalidConfig.NotForType("iops", type).broken();
      }
      return type == VolumeType.GP2
          ? Math.clamp(GP2_IOPS_PER_GIB * size, GP2_IOPS_MIN, GP2_IOPS_MAX)
          : 0;
    }
    if (asked.iops().isEmpty() && present.isEmpty()) {
      if (type != VolumeType.GP3) {
        throw new InvalidConfig.RequiredForType("iops", type).broken();
      }
      return type.iopsMin();
    }
    long iops = asked.iops().orElseGet(() -> present.get().iops());
    if (iops > type.iopsMax()) {
      throw new InvalidConfig.IopsTooHigh(type, iops, type.iopsMax()).broken();
    }
    if (iops < type.iopsMin()) {
      throw new InvalidConfig.IopsTooLow(type, iops, type.iopsMin()).broken();
    }
    if (iops > type.iopsMin() && iops > size * type.iopsPerGib()) {
      throw new InvalidConfig.IopsPerGib(type, iops, size, type.iopsPerGib()).broken();
    }
    return iops;
  }

  private static long throughput(
      VolumeType type, long iops, AskedConfig asked, Optional<VolumeConfig> present) {
    if (!type.hasThroughput()) {
      if (asked.throughput().isPresent()) {
        throw new InvalidConfig.NotForType("throughput", type).broken();
      }
      return 0;
    }
    long wanted =
        asked
            .throughput()
            .orElseGet(() -> present.map(VolumeConfig::throughput).orElse(type.throughputMin()));
    if (wanted > type.throughputMax()) {
      throw new InvalidConfig.ThroughputTooHigh(type, wanted, type.throughputMax()).broken();
    }
    if (wanted < type.throughputMin()) {
      throw new InvalidConfig.ThroughputTooLow(type, wanted, type.throughputMin()).broken();
    }
    if (wanted * IOPS_PER_MIB > iops) {
      throw new InvalidConfig.ThroughputPerIops(type, wanted, iops).broken();
    }
    return wanted;
  }
}
