package stowage.oci;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The JSON form of {@link RuntimeSpec}'s parts. */
final class RuntimeJson {
  private static final BigInteger NO_LIMIT = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private RuntimeJson() {}

  static Map<String, Object> spec(RuntimeSpec spec) {
    var json = new LinkedHashMap<String, Object>();
    json.put("ociVersion", RuntimeSpec.VERSION);
    var process = process(spec.process());
    put(process, "apparmorProfile", spec.security().apparmorProfile());
    json.put("process", process);
    json.put("root", Map.of("path", spec.rootPath(), "readonly", spec.rootReadonly()));
    put(json, "hostname", spec.hostname());
    json.put("mounts", spec.mounts().stream().map(RuntimeJson::mount).toList());
    if (!spec.annotations().isEmpty()) {
      json.put("annotations", new TreeMap<>(spec.annotations()));
    }
    json.put("linux", linux(spec));
    return json;
  }

  private static Map<String, Object> mount(RuntimeSpec.Mount mount) {
    var json = new LinkedHashMap<String, Object>();
    json.put("destination", mount.target());
    put(json, "type", mount.type());
    put(json, "source", mount.source());
    json.put("options", mount.options());
    return json;
  }

  private static Map<String, Object> linux(RuntimeSpec spec) {
    RuntimeSpec.Security security = spec.security();
    var json = new LinkedHashMap<String, Object>();
    json.put("namespaces", namespaces(spec.namespaces()));
    put(json, "cgroupsPath", spec.cgroupsPath());
    if (!spec.devices().isEmpty()) {
      json.put("devices", spec.devices().stream().map(RuntimeJson::device).toList());
    }
    var rules = new ArrayList<>(spec.resources().deviceRules());
    for (RuntimeSpec.Device device : spec.devices()) {
      if (!device.access().isEmpty()) {
        rules.add(
            new RuntimeSpec.DeviceRule(
                true,
                device.type(),
                Optional.of(device.major()),
                Optional.of(device.minor()),
                device.access()));
      }
    }
    json.put("resources", resources(spec.resources(), rules));
    if (!spec.sysctls().isEmpty()) {
      json.put("sysctl", new TreeMap<>(spec.sysctls()));
    }
    json.put("maskedPaths", security.maskedPaths());
    json.put("readonlyPaths", security.readonlyPaths());
    put(json, "rootfsPropagation", security.rootPropagation());
    security.seccomp().ifPresent(seccomp -> json.put("seccomp", seccomp));
    return json;
  }

  private static List<Map<String, Object>> namespaces(RuntimeSpec.Namespaces namespaces) {
    var list = new ArrayList<Map<String, Object>>();
    for (String kind : new TreeSet<>(namespaces.own())) {
      if (!namespaces.joined().containsKey(kind)) {
        list.add(Map.of("type", typeOf(kind)));
      }
    }
    new TreeMap<>(namespaces.joined())
        .forEach(
            (kind, path) -> {
              var joined = new LinkedHashMap<String, Object>();
              joined.put("type", typeOf(kind));
              joined.put("path", path);
              list.add(joined);
            });
    return list;
  }

  /** The runtime-spec says "network" and "mount" where /proc/PID/ns says "net" and "mnt". */
  private static String typeOf(String kind) {
    return switch (kind) {
      case "net" -> "network";
      case "mnt" -> "mount";
      default -> kind;
    };
  }

  private static Map<String, Object> device(RuntimeSpec.Device device) {
    var json = new LinkedHashMap<String, Object>();
    json.put("path", device.path());
    json.put("type", String.valueOf(device.type()));
    json.put("major", device.major());
    json.put("minor", device.minor());
    json.put("fileMode", device.mode());
    json.put("uid", device.uid());
    json.put("gid", device.gid());
    return json;
  }

  static Map<String, Object> process(RuntimeSpec.Process process) {
    var json = new LinkedHashMap<String, Object>();
    json.put("terminal", process.terminal());
    json.put("user", user(process.user()));
    json.put("args", process.arguments());
    json.put("env", process.environment());
    json.put("cwd", process.workingDirectory());
    json.put("capabilities", capabilities(process));
    if (!process.ulimits().isEmpty()) {
      json.put("rlimits", process.ulimits().stream().map(RuntimeJson::ulimit).toList());
    }
    json.put("noNewPrivileges", process.noNewPrivileges());
    process.oomScoreAdjust().ifPresent(adjust -> json.put("oomScoreAdj", adjust));
    return json;
  }

  private static Map<String, Object> user(RuntimeSpec.User user) {
    var json = new LinkedHashMap<String, Object>();
    json.put("uid", user.uid());
    json.put("gid", user.gid());
    if (!user.additionalGids().isEmpty()) {
      json.put("additionalGids", user.additionalGids());
    }
    return json;
  }

  /**
   * Inheritable is left empty (CVE-2022-24769). A user who is not root has what execve(2) would
   * leave such a user: nothing but the bounding set.
   */
  private static Map<String, Object> capabilities(RuntimeSpec.Process process) {
    List<String> all = List.copyOf(new TreeSet<>(process.capabilities()));
    List<String> held = process.user().uid() == 0 ? all : List.of();
    var json = new LinkedHashMap<String, Object>();
    json.put("bounding", all);
    json.put("effective", held);
    json.put("permitted", held);
    return json;
  }

  private static Map<String, Object> ulimit(RuntimeSpec.Ulimit ulimit) {
    var json = new LinkedHashMap<String, Object>();
    json.put("type", ulimit.name());
    json.put("hard", unsigned(ulimit.hard()));
    json.put("soft", unsigned(ulimit.soft()));
    return json;
  }

  /** The runtime reads limits as unsigned; "no limit" is the largest of 64 bits. */
  private static Number unsigned(long limit) {
    return limit < 0 ? NO_LIMIT : (Number) limit;
  }

  static Map<String, Object> resources(RuntimeSpec.Resources resources) {
    return resources(resources, resources.deviceRules());
  }

  private static Map<String, Object> resources(
      RuntimeSpec.Resources r, List<RuntimeSpec.DeviceRule> rules) {
    var json = new LinkedHashMap<String, Object>();
    json.put("devices", rules.stream().map(RuntimeJson::rule).toList());
    var memory = new LinkedHashMap<String, Object>();
    put(memory, "limit", r.memory());
    put(memory, "reservation", r.memoryReservation());
    put(memory, "swap", r.memorySwap());
    put(memory, "swappiness", r.memorySwappiness());
    put(memory, "disableOOMKiller", r.oomKillDisable());
    put(json, "memory", memory);
    var cpu = new LinkedHashMap<String, Object>();
    put(cpu, "shares", r.cpuShares());
    put(cpu, "quota", r.cpuQuota());
    put(cpu, "period", r.cpuPeriod());
    put(cpu, "realtimePeriod", r.cpuRealtimePeriod());
    put(cpu, "realtimeRuntime", r.cpuRealtimeRuntime());
    put(cpu, "cpus", r.cpusetCpus());
    put(cpu, "mems", r.cpusetMems());
    put(json, "cpu", cpu);
    r.pids().ifPresent(limit -> json.put("pids", Map.of("limit", limit)));
    r.blkioWeight().ifPresent(weight -> json.put("blockIO", Map.of("weight", weight)));
    put(json, "unified", new TreeMap<String, Object>(r.unified()));
    return json;
  }

  private static Map<String, Object> rule(RuntimeSpec.DeviceRule rule) {
    var json = new LinkedHashMap<String, Object>();
    json.put("allow", rule.allow());
    if (rule.type() != 'a') {
      json.put("type", String.valueOf(rule.type()));
    }
    put(json, "major", rule.major());
    put(json, "minor", rule.minor());
    json.put("access", rule.access());
    return json;
  }

  private static void put(Map<String, Object> json, String name, String value) {
    if (!value.isEmpty()) {
      json.put(name, value);
    }
  }

  private static void put(Map<String, Object> json, String name, Optional<?> value) {
    value.ifPresent(v -> json.put(name, v));
  }

  private static void put(Map<String, Object> json, String name, Map<String, Object> value) {
    if (!value.isEmpty()) {
      json.put(name, value);
    }
  }
}
