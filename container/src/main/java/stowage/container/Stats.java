package stowage.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a container uses at one moment; all 0 for one that does not run.
 *
 * @param cpuNanos in all so far
 * @param cpuUserNanos of it in user mode
 * @param perCpuNanos per CPU; empty with cgroup v2
 * @param systemCpuNanos what the whole machine has used so far
 * @param onlineCpus how many CPUs there are
 * @param throttle CPU periods, those cut short, and nanoseconds lost by that
 * @param memoryBytes now, page cache included
 * @param memoryMaxBytes most so far; 0 when the kernel does not say
 * @param memoryLimitBytes the container's, or the machine's memory
 * @param memory the kernel's own names and numbers (memory.stat)
 * @param memoryFailures how often the limit was hit
 * @param pids processes and threads now
 * @param pidsLimit 0: none
 * @param io bytes and operations by device
 * @param networks by interface; empty with the host's network
 */
public record Stats(
    Instant at,
    long cpuNanos,
    long cpuUserNanos,
    long cpuSystemNanos,
    List<Long> perCpuNanos,
    long systemCpuNanos,
    int onlineCpus,
    Throttle throttle,
    long memoryBytes,
    long memoryMaxBytes,
    long memoryLimitBytes,
    Map<String, Long> memory,
    long memoryFailures,
    long pids,
    long pidsLimit,
    boolean cgroupV2,
    List<Io> io,
    Map<String, Link> networks) {

  /** CPU periods, those in which the quota ran out, and nanoseconds lost by that. */
  public record Throttle(long periods, long throttledPeriods, long throttledNanos) {
    /** Nothing. */
    public static final Throttle NONE = new Throttle(0, 0, 0);
  }

  /**
   * Traffic of one block device.
   *
   * @param operation {@code read}, {@code write}, ... in lower case
   */
  public record Io(long major, long minor, String operation, long bytes, long count) {}

  /** Traffic of one network interface. */
  public record Link(
      long rxBytes,
      long rxPackets,
      long rxErrors,
      long rxDropped,
      long txBytes,
      long txPackets,
      long txErrors,
      long txDropped) {}
}
