package stowage.cloud;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A type of EBS volume with what it allows, as of 2026. Sizes in GiB, throughput in MiB/s.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html">EBS volume
 *     types</a>
 */
public enum VolumeType {
  STANDARD(1, 1024, 0, 0, 0, 0, 0),
  IO1(4, 16_384, 100, 64_000, 50, 0, 0),
  IO2(4, 65_536, 100, 256_000, 1000, 0, 0),
  GP2(1, 16_384, 0, 0, 0, 0, 0),
  SC1(125, 16_384, 0, 0, 0, 0, 0),
  ST1(125, 16_384, 0, 0, 0, 0, 0),
  GP3(1, 65_536, 3000, 80_000, 500, 125, 2000);

  private final long sizeMin;
  private final long sizeMax;
  private final long iopsMin;
  private final long iopsMax;
  private final long iopsPerGib;
  private final long throughputMin;
  private final long throughputMax;

  VolumeType(
      long sizeMin,
      long sizeMax,
      long iopsMin,
      long iopsMax,
      long iopsPerGib,
      long throughputMin,
      long throughputMax) {
    this.sizeMin = sizeMin;
    this.sizeMax = sizeMax;
    this.iopsMin = iopsMin;
    this.iopsMax = iopsMax;
    this.iopsPerGib = iopsPerGib;
    this.throughputMin = throughputMin;
    this.throughputMax = throughputMax;
  }

  /** The type of that word. */
  public static VolumeType of(String word) {
    for (var type : values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    throw new InvalidConfig.UnknownType(word).broken();
  }

  static String words() {
    return Arrays.stream(values()).map(VolumeType::word).collect(Collectors.joining(", "));
  }

  /** EBS's word: gp3. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public long sizeMin() {
    return sizeMin;
  }

  public long sizeMax() {
    return sizeMax;
  }

  /** Whether IOPS can be ordered. */
  public boolean hasIops() {
    return iopsMax > 0;
  }

  /** Whether throughput can be ordered. */
  public boolean hasThroughput() {
    return throughputMax > 0;
  }

  /** Whether several instances may share it. */
  public boolean hasMultiAttach() {
    return this == IO1 || this == IO2;
  }

  public long iopsMin() {
    return iopsMin;
  }

  public long iopsMax() {
    return iopsMax;
  }

  public long iopsPerGib() {
    return iopsPerGib;
  }

  public long throughputMin() {
    return throughputMin;
  }

  public long throughputMax() {
    return throughputMax;
  }

  /** Snapshots of one volume that may be pending at once. */
  public int pendingSnapshotsMax() {
    return this == ST1 || this == SC1 ? 1 : 5;
  }
}
