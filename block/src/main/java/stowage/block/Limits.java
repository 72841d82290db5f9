package stowage.block;

import stowage.base.StowageException.InvalidArgument;

/**
 * What a volume's type allows. 0 is no limit.
 *
 * @param iops requests a second, of at most 256 KiB each (a larger one counts as several)
 * @param bytesPerSecond of reads and writes together
 */
public record Limits(long iops, long bytesPerSecond) {
  /** No limit. */
  public static final Limits NONE = new Limits(0, 0);

  public Limits {
    if (iops < 0 || bytesPerSecond < 0) {
      throw new InvalidArgument("limits", iops + " iops, " + bytesPerSecond + " B/s", ">= 0");
    }
  }
}
