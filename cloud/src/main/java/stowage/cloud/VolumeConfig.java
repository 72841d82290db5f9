package stowage.cloud;

import stowage.block.Limits;

/**
 * What a volume is: the part of it that a modification changes. Valid together when made by {@link
 * AskedConfig}.
 *
 * @param sizeGib at least 1
 * @param iops as EC2 shows them; 0 for types it shows none for
 * @param throughput MiB/s of gp3; 0 for the other types
 * @param multiAttach whether several instances may share it
 */
public record VolumeConfig(
    VolumeType type, long sizeGib, long iops, long throughput, boolean multiAttach) {
  private static final long MIB = 1L << 20;

  /** Bytes in the volume. */
  public long sizeBytes() {
    return sizeGib << 30;
  }

  /** What the zone enforces. Bursts are not modelled: a type's burst rate is its limit. */
  public Limits limits() {
    return switch (type) {
      case GP3 -> new Limits(iops, throughput * MIB);
      case GP2 -> new Limits(sizeGib < 1000 ? 3000 : iops, (sizeGib <= 170 ? 128 : 250) * MIB);
      case IO1 -> new Limits(iops, 1000 * MIB);
      case IO2 -> new Limits(iops, 4000 * MIB);
      case ST1 -> new Limits(4 * 500, 500 * MIB); // counted by the MiB, here by 256 KiB
      case SC1 -> new Limits(4 * 250, 250 * MIB);
      case STANDARD -> new Limits(200, 90 * MIB);
    };
  }
}
