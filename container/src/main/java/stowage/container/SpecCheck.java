package stowage.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.Unsupported;

/** Whether a request makes sense by itself; worded as Docker words it. */
final class SpecCheck {
  /** Below this the kernel cannot even start the runtime's init. */
  static final long MEMORY_MIN = 6L << 20;

  private static final int WORD_MAX = 128 << 10;
  private static final Pattern HOSTNAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,252})");
  private static final Pattern SYSCTL = Pattern.compile("[a-z0-9_.-]+(/[a-z0-9_.-]+)*");
  private static final Set<String> SYSCTLS_IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");
  private static final Set<String> ULIMITS =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  private SpecCheck() {}

  /** InvalidArgument or Unsupported for what is wrong; warnings for what is merely ignored. */
  static List<String> check(ContainerSpec spec) {
    var warnings = new ArrayList<String>();
    words(spec.program());
    limits(spec.limits(), warnings);
    namespaces(spec);
    network(spec.network());
    sysctls(spec);
    securityOptions(spec.security());
    lifecycle(spec.lifecycle());
    if (spec.storage().shmBytes() < 0) {
      throw new InvalidArgument("SHM size can not be less than 0");
    }
    return warnings;
  }

  private static void words(Program program) {
    var all = new ArrayList<>(program.entrypoint().orElse(List.of()));
    all.addAll(program.command().orElse(List.of()));
    all.addAll(program.env());
    all.add(program.workingDir());
    all.add(program.user());
    for (String word : all) {
      if (word.indexOf(0) >= 0 || word.length() > WORD_MAX) {
        throw new InvalidArgument("a word of the program is too long or has a NUL in it");
      }
    }
    if (!program.workingDir().isEmpty() && !program.workingDir().startsWith("/")) {
      throw new InvalidArgument(
          "the working directory '%s' is invalid, it needs to be an absolute path"
              .formatted(program.workingDir()));
    }
  }

  /** Also for update. */
  static void limits(Limits limits, List<String> warnings) {
    memory(limits);
    cpu(limits);
    if (limits.blkioWeight() != 0 && (limits.blkioWeight() < 10 || limits.blkioWeight() > 1000)) {
      throw new InvalidArgument("Range of blkio weight is from 10 to 1000");
    }
    if (limits.oomScoreAdj() < -1000 || limits.oomScoreAdj() > 1000) {
      throw new InvalidArgument(
          "Invalid value %d, range for oom score adj is [-1000, 1000]"
              .formatted(limits.oomScoreAdj()));
    }
    for (Ulimit ulimit : limits.ulimits()) {
      if (!ULIMITS.contains(ulimit.name())) {
        throw new InvalidArgument("invalid ulimit type: " + ulimit.name());
      }
      if (ulimit.hard() != -1 && (ulimit.soft() > ulimit.hard() || ulimit.soft() == -1)) {
        throw new InvalidArgument(
            "ulimit soft limit must be less than or equal to hard limit: %d > %d"
                .formatted(ulimit.soft(), ulimit.hard()));
      }
    }
    if (limits.oomKillDisable() && limits.memoryBytes() == 0) {
      warnings.add(
          "OOM killer is disabled for the container, but no memory limit is set, this can result"
              + " in the system running out of resources.");
    }
  }

  private static void memory(Limits limits) {
    long memory = limits.memoryBytes();
    long reservation = limits.memoryReservationBytes();
    if (memory != 0 && memory < MEMORY_MIN) {
      throw new InvalidArgument("Minimum memory limit allowed is 6MB");
    }
    if (memory > 0 && limits.memorySwapBytes() > 0 && limits.memorySwapBytes() < memory) {
      throw new InvalidArgument(
          "Minimum memoryswap limit should be larger than memory limit, see usage");
    }
    if (memory == 0 && limits.memorySwapBytes() > 0) {
      throw new InvalidArgument(
          "You should always set the Memory limit when using Memoryswap limit, see usage");
    }
    if (limits.memorySwappiness() < -1 || limits.memorySwappiness() > 100) {
      throw new InvalidArgument(
          "Invalid value: %d, valid memory swappiness range is 0-100"
              .formatted(limits.memorySwappiness()));
    }
    if (reservation != 0 && reservation < MEMORY_MIN) {
      throw new InvalidArgument("Minimum memory reservation allowed is 6MB");
    }
    if (memory > 0 && reservation > memory) {
      throw new InvalidArgument(
          "Minimum memory limit can not be less than memory reservation limit, see usage");
    }
  }

  private static void cpu(Limits limits) {
    if (limits.nanoCpus() != 0 && limits.cpuPeriodMicros() != 0) {
      throw new InvalidArgument("Conflicting options: Nano CPUs and CPU Period cannot both be set");
    }
    if (limits.nanoCpus() != 0 && limits.cpuQuotaMicros() != 0) {
      throw new InvalidArgument("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    }
    int cpus = Runtime.getRuntime().availableProcessors();
    if (limits.nanoCpus() < 0 || limits.nanoCpus() > cpus * 1_000_000_000L) {
      throw new InvalidArgument(
          "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available"
              .formatted(cpus, cpus));
    }
    long period = limits.cpuPeriodMicros();
    if (period != 0 && (period < 1000 || period > 1_000_000)) {
      throw new InvalidArgument(
          "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    }
    if (limits.cpuQuotaMicros() > 0 && limits.cpuQuotaMicros() < 1000) {
      throw new InvalidArgument("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }
  }

  private static void namespaces(ContainerSpec spec) {
    var namespaces = spec.security().namespaces();
    one("IPC", namespaces.ipc(), Set.of("", "private", "shareable", "host", "none"), true);
    one("PID", namespaces.pid(), Set.of("", "private", "host"), true);
    one("UTS", namespaces.uts(), Set.of("", "private", "host"), false);
    one("USER", namespaces.user(), Set.of("", "host"), false);
    one("cgroup namespace", namespaces.cgroup(), Set.of("", "private", "host"), false);
    if (namespaces.uts().equals("host") && !spec.network().hostname().isEmpty()) {
      throw new InvalidArgument("conflicting options: hostname and the UTS mode");
    }
  }

  private static void one(String kind, String mode, Set<String> words, boolean container) {
    boolean other = container && mode.startsWith("container:") && mode.length() > 10;
    if (!words.contains(mode) && !other) {
      throw new InvalidArgument("invalid %s mode: %s".formatted(kind, mode));
    }
  }

  private static void network(Network network) {
    if (network.mode().equals("bridge")) {
      throw new Unsupported(
          "network bridge is not supported yet: there are none, host and container:<id>");
    }
    if (!network.hostname().isEmpty() && !HOSTNAME.matcher(network.hostname()).matches()) {
      throw new InvalidArgument("invalid hostname format: " + network.hostname());
    }
    for (String host : network.extraHosts()) {
      int colon = host.indexOf(':');
      if (colon < 1
          || !HOSTNAME.matcher(host.substring(0, colon)).matches()
          || !isAddress(host.substring(colon + 1))) {
        throw new InvalidArgument("invalid IP address in add-host: \"%s\"".formatted(host));
      }
    }
    for (String server : network.dns()) {
      if (!isAddress(server)) {
        throw new InvalidArgument("invalid IP address: " + server);
      }
    }
    var free = new ArrayList<>(network.dnsSearch());
    free.addAll(network.dnsOptions());
    free.add(network.domainName());
    for (String word : free) {
      if (!word.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new InvalidArgument("invalid DNS search domain or option: '%s'".formatted(word));
      }
    }
  }

  private static boolean isAddress(String text) {
    return text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\]?");
  }

  /**
   * Only what belongs to the container's own namespaces, and nothing that could be two settings.
   */
  private static void sysctls(ContainerSpec spec) {
    for (Map.Entry<String, String> sysctl : spec.security().sysctls().entrySet()) {
      String name = sysctl.getKey().replace('/', '.');
      boolean network = name.startsWith("net.") && !spec.network().isHost();
      boolean ipc =
          (SYSCTLS_IPC.contains(name) || name.startsWith("fs.mqueue."))
              && !spec.security().namespaces().ipc().equals("host");
      if (!SYSCTL.matcher(name).matches() || name.contains("..") || !(network || ipc)) {
        throw new InvalidArgument(
            "sysctl \"%s\" is not in a namespace of the container's own".formatted(name));
      }
      if (!sysctl.getValue().chars().allMatch(c -> c >= ' ' && c < 127)) {
        throw new InvalidArgument("sysctl \"%s\" has a value that is no text".formatted(name));
      }
    }
  }

  private static void securityOptions(Security security) {
    for (String option : security.options()) {
      int at = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
      String key = at < 0 ? option : option.substring(0, at);
      String value = at < 0 ? "" : option.substring(at + 1);
      boolean fine =
          switch (key) {
            case "no-new-privileges" -> Set.of("", "true", "false").contains(value);
            case "seccomp" ->
                Set.of("unconfined", "builtin").contains(value) || value.startsWith("{");
            case "apparmor" -> value.equals("unconfined");
            case "label" -> value.equals("disable");
            case "systempaths" -> value.equals("unconfined");
            default -> false;
          };
      if (!fine) {
        throw new InvalidArgument("invalid --security-opt 2: \"%s\"".formatted(option));
      }
    }
  }

  private static void lifecycle(Lifecycle lifecycle) {
    restart(lifecycle.restart());
    if (lifecycle.autoRemove() && lifecycle.restart().kind() != RestartPolicy.Kind.NO) {
      throw new InvalidArgument("can't create 'AutoRemove' container with restart policy");
    }
    if (!lifecycle.stopSignal().isEmpty() && Signals.number(lifecycle.stopSignal()).isEmpty()) {
      throw new InvalidArgument("invalid signal: " + lifecycle.stopSignal());
    }
    if (!Set.of("", "json-file", "none").contains(lifecycle.logDriver())) {
      throw new InvalidArgument(
          "logger: no log driver named '%s' is registered".formatted(lifecycle.logDriver()));
    }
  }

  static void restart(RestartPolicy policy) {
    if (policy.retriesMax() < 0) {
      throw new InvalidArgument("invalid restart policy: maximum retry count cannot be negative");
    }
    if (policy.retriesMax() > 0 && policy.kind() != RestartPolicy.Kind.ON_FAILURE) {
      throw new InvalidArgument(
          "invalid restart policy: maximum retry count can only be used with 'on-failure'");
    }
  }
}
