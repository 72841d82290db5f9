package stowage.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an OCI runtime is told of one container, in typed parts; {@link #json} is its config.json.
 *
 * <p>Strings here are text, not byte strings, for they go into JSON. Docker's own choices for all
 * of this are in {@link RuntimeDefaults}; nothing is added to the parts given.
 *
 * @param process what to run
 * @param rootPath absolute host path of the container's root
 * @param rootReadonly whether the root is mounted read-only
 * @param hostname empty keeps the namespace's own
 * @param mounts in the order made
 * @param namespaces what is not shared with the host
 * @param devices nodes made in /dev besides the runtime's own
 * @param resources limits
 * @param cgroupsPath empty lets the runtime choose; absolute is from the hierarchy's root
 * @param security what is kept from the process
 * @param sysctls kernel settings of the namespaces, by name
 * @param annotations free text by key
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config.md">OCI
 *     runtime-spec, config</a>
 */
public record RuntimeSpec(
    Process process,
    String rootPath,
    boolean rootReadonly,
    String hostname,
    List<Mount> mounts,
    Namespaces namespaces,
    List<Device> devices,
    Resources resources,
    String cgroupsPath,
    Security security,
    Map<String, String> sysctls,
    Map<String, String> annotations) {

  /** The spec's version we write. */
  public static final String VERSION = "1.0.2";

  public RuntimeSpec {
    mounts = List.copyOf(mounts);
    devices = List.copyOf(devices);
  }

  /**
   * A process of the container: its first, or an exec.
   *
   * @param arguments the program and its arguments, never empty
   * @param environment {@code NAME=value}
   * @param workingDirectory absolute, in the container
   * @param capabilities such as {@code CAP_CHOWN}; for a user other than root they stay bounding
   *     only, as Docker has it
   * @param oomScoreAdjust added to the process's badness, -1000 to 1000, if said
   */
  public record Process(
      boolean terminal,
      List<String> arguments,
      List<String> environment,
      String workingDirectory,
      User user,
      Set<String> capabilities,
      boolean noNewPrivileges,
      List<Ulimit> ulimits,
      Optional<Integer> oomScoreAdjust) {
    public Process {
      assert !arguments.isEmpty();
      arguments = List.copyOf(arguments);
      environment = List.copyOf(environment);
      ulimits = List.copyOf(ulimits);
    }

    /** The same as JSON: what {@code runc exec --process} reads. */
    public Map<String, Object> json() {
      return RuntimeJson.process(this);
    }
  }

  /** Who a process runs as, in numbers of the container's user namespace. */
  public record User(long uid, long gid, List<Long> additionalGids) {}

  /** A limit of setrlimit(2); {@code name} as {@code RLIMIT_NOFILE}, -1 is no limit. */
  public record Ulimit(String name, long soft, long hard) {}

  /** A mount; {@code options} as mount(8) and the runtime know them. */
  public record Mount(String target, String type, String source, List<String> options) {
    public Mount {
      options = List.copyOf(options);
    }
  }

  /**
   * Which namespaces a container has for itself, or joins by a path.
   *
   * @param own of pid, network, ipc, uts, mount, cgroup, user
   * @param joined namespace kind to a path such as {@code /proc/7/ns/net}
   */
  public record Namespaces(Set<String> own, Map<String, String> joined) {}

  /**
   * A device node; {@code type} is 'c', 'b', 'u' or 'p'.
   *
   * @param access for the cgroup's list: some of "rwm", empty adds no rule
   */
  public record Device(
      String path,
      char type,
      long major,
      long minor,
      int mode,
      long uid,
      long gid,
      String access) {}

  /**
   * Limits; an empty one is not set. Bytes, nanoseconds-free: CPU in microseconds and shares as
   * cgroups have them; the runtime turns them into v1 or v2.
   *
   * @param memorySwap memory and swap together, -1 is no limit
   * @param deviceRules cgroup device rules after the default ones, see {@link
   *     RuntimeDefaults#deviceRules}
   * @param unified cgroup v2 files by name
   */
  public record Resources(
      Optional<Long> memory,
      Optional<Long> memoryReservation,
      Optional<Long> memorySwap,
      Optional<Long> memorySwappiness,
      Optional<Boolean> oomKillDisable,
      Optional<Long> cpuShares,
      Optional<Long> cpuQuota,
      Optional<Long> cpuPeriod,
      Optional<Long> cpuRealtimePeriod,
      Optional<Long> cpuRealtimeRuntime,
      String cpusetCpus,
      String cpusetMems,
      Optional<Long> pids,
      Optional<Integer> blkioWeight,
      List<DeviceRule> deviceRules,
      Map<String, String> unified) {
    /** No limit but these device rules. */
    public static Resources unlimited(List<DeviceRule> deviceRules) {
      Optional<Long> none = Optional.empty();
      return new Resources(
          none, none, none, none, Optional.empty(), none, none, none, none, none, "", "", none,
          Optional.empty(), deviceRules, Map.of());
    }

    /** The same as JSON: what {@code runc update --resources} reads. */
    public Map<String, Object> json() {
      return RuntimeJson.resources(this);
    }
  }

  /** A rule of the device cgroup; {@code type} 'a', 'b' or 'c'; empty numbers are all. */
  public record DeviceRule(
      boolean allow, char type, Optional<Long> major, Optional<Long> minor, String access) {}

  /**
   * What is kept from the process.
   *
   * @param maskedPaths hidden files and directories
   * @param readonlyPaths paths that stay readable only
   * @param seccomp the filter as JSON, {@link Seccomp#profile}; empty is unconfined
   * @param apparmorProfile empty is none
   * @param rootPropagation propagation of the root mount, such as {@code rslave}; empty is private
   */
  public record Security(
      List<String> maskedPaths,
      List<String> readonlyPaths,
      Optional<Map<String, Object>> seccomp,
      String apparmorProfile,
      String rootPropagation) {}

  /** The config.json, for {@link stowage.base.Json#bytes}. */
  public Map<String, Object> json() {
    return RuntimeJson.spec(this);
  }
}
