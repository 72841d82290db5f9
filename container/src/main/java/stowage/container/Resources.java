package stowage.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException.InvalidArgument;
import stowage.oci.RuntimeDefaults;
import stowage.oci.RuntimeSpec;

/** A container's limits in the runtime's terms. */
final class Resources {
  private static final long PERIOD_MICROS = 100_000;

  private Resources() {}

  static RuntimeSpec.Resources of(ContainerSpec spec, HostFacts host) {
    var rules = new ArrayList<>(RuntimeDefaults.deviceRules(spec.security().privileged()));
    for (String rule : spec.security().deviceRules()) {
      rules.add(Devices.rule(rule));
    }
    return of(spec.limits(), rules, host);
  }

  static RuntimeSpec.Resources of(
      Limits limits, List<RuntimeSpec.DeviceRule> rules, HostFacts host) {
    return new RuntimeSpec.Resources(
        positive(limits.memoryBytes()),
        positive(limits.memoryReservationBytes()),
        swap(limits, host),
        limits.memorySwappiness() < 0 || host.cgroups().isV2()
            ? Optional.empty()
            : Optional.of(limits.memorySwappiness()),
        limits.oomKillDisable() ? Optional.of(true) : Optional.empty(),
        positive(limits.cpuShares()),
        limits.nanoCpus() > 0
            ? Optional.of(limits.nanoCpus() * PERIOD_MICROS / 1_000_000_000)
            : set(limits.cpuQuotaMicros()),
        limits.nanoCpus() > 0 ? Optional.of(PERIOD_MICROS) : positive(limits.cpuPeriodMicros()),
        Optional.empty(),
        Optional.empty(),
        limits.cpusetCpus(),
        limits.cpusetMems(),
        set(limits.pids()).filter(pids -> pids > 0),
        limits.blkioWeight() > 0 && host.cgroups().hasBlkioWeight()
            ? Optional.of(limits.blkioWeight())
            : Optional.empty(),
        rules,
        java.util.Map.of());
  }

  /** What this kernel cannot limit, in Docker's words. */
  static List<String> ignored(Limits limits, HostFacts host) {
    var warnings = new ArrayList<String>();
    if (limits.memoryBytes() > 0
        && limits.memorySwapBytes() != -1
        && !host.cgroups().hasSwapLimit()) {
      warnings.add(
          "Your kernel does not support swap limit capabilities or the cgroup is not mounted."
              + " Memory limited without swap.");
    }
    if (limits.blkioWeight() > 0 && !host.cgroups().hasBlkioWeight()) {
      warnings.add(
          "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight"
              + " discarded.");
    }
    return warnings;
  }

  /** Docker's rule: as much swap as memory, unless said otherwise. */
  private static Optional<Long> swap(Limits limits, HostFacts host) {
    if (!host.cgroups().hasSwapLimit() || limits.memoryBytes() == 0) {
      return Optional.empty();
    }
    long asked = limits.memorySwapBytes();
    return Optional.of(asked == 0 ? Math.multiplyExact(2, limits.memoryBytes()) : asked);
  }

  private static Optional<Long> positive(long value) {
    if (value < 0) {
      throw new InvalidArgument("limit: got %d, want 0 or more".formatted(value));
    }
    return value == 0 ? Optional.empty() : Optional.of(value);
  }

  private static Optional<Long> set(long value) {
    return value == 0 ? Optional.empty() : Optional.of(value);
  }
}
