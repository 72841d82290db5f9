package stowage.container;

import java.util.List;

/**
 * What a container may use of the machine. 0 is "no limit" unless said otherwise.
 *
 * @param memoryBytes at least 6 MiB
 * @param memorySwapBytes memory and swap together; 0: twice the memory; -1: unlimited
 * @param memoryReservationBytes soft limit
 * @param memorySwappiness 0 to 100; -1: the host's
 * @param nanoCpus billionths of a CPU; not together with quota and period
 * @param cpuShares relative weight, 1024 is usual
 * @param cpuPeriodMicros length of a period
 * @param cpuQuotaMicros time a period
 * @param cpusetCpus as "0-2,4"; empty: all
 * @param cpusetMems as cpusetCpus
 * @param pids processes and threads; -1 and 0: no limit
 * @param blkioWeight 10 to 1000
 * @param oomScoreAdj -1000 to 1000
 */
public record Limits(
    long memoryBytes,
    long memorySwapBytes,
    long memoryReservationBytes,
    long memorySwappiness,
    boolean oomKillDisable,
    int oomScoreAdj,
    long nanoCpus,
    long cpuShares,
    long cpuPeriodMicros,
    long cpuQuotaMicros,
    String cpusetCpus,
    String cpusetMems,
    long pids,
    int blkioWeight,
    List<Ulimit> ulimits) {
  /** No limit at all. */
  public static final Limits NONE =
      new Limits(0, 0, 0, -1, false, 0, 0, 0, 0, 0, "", "", 0, 0, List.of());

  public Limits {
    ulimits = List.copyOf(ulimits);
  }
}
