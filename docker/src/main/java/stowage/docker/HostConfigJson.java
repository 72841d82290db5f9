package stowage.docker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.JsonObject;
import stowage.container.Container;
import stowage.container.Limits;
import stowage.oci.RuntimeDefaults;

/**
 * The HostConfig of an inspected container: as it was asked for, with what an update changed and
 * the defaults that were filled in.
 */
final class HostConfigJson {
  private static final long SHM_BYTES = 64L << 20;

  /** Every field in dockerd's order, which people know; null where nothing else is said. */
  private static final List<String> FIELDS =
      List.of(
          "Binds", "ContainerIDFile", "LogConfig", "NetworkMode", "PortBindings", "RestartPolicy",
          "AutoRemove", "VolumeDriver", "VolumesFrom", "ConsoleSize", "CapAdd", "CapDrop",
          "CgroupnsMode", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "GroupAdd", "IpcMode",
          "Cgroup", "Links", "OomScoreAdj", "PidMode", "Privileged", "PublishAllPorts",
          "ReadonlyRootfs", "SecurityOpt", "UTSMode", "UsernsMode", "ShmSize", "Runtime",
          "Isolation", "CpuShares", "Memory", "NanoCpus", "CgroupParent", "BlkioWeight",
          "BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
          "BlkioDeviceWriteIOps", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod",
          "CpuRealtimeRuntime", "CpusetCpus", "CpusetMems", "Devices", "DeviceCgroupRules",
          "DeviceRequests", "MemoryReservation", "MemorySwap", "MemorySwappiness",
          "OomKillDisable", "PidsLimit", "Ulimits", "CpuCount", "CpuPercent", "IOMaximumIOps",
          "IOMaximumBandwidth", "MaskedPaths", "ReadonlyPaths");

  private static final List<String> EMPTY_TEXTS =
      List.of(
          "ContainerIDFile",
          "VolumeDriver",
          "Cgroup",
          "PidMode",
          "UTSMode",
          "UsernsMode",
          "Isolation",
          "CgroupParent");

  private static final List<String> EMPTY_LISTS =
      List.of(
          "Dns",
          "DnsOptions",
          "DnsSearch",
          "BlkioWeightDevice",
          "BlkioDeviceReadBps",
          "BlkioDeviceWriteBps",
          "BlkioDeviceReadIOps",
          "BlkioDeviceWriteIOps",
          "Devices",
          "Ulimits");

  private static final List<String> ZEROES =
      List.of(
          "OomScoreAdj",
          "CpuRealtimePeriod",
          "CpuRealtimeRuntime",
          "CpuCount",
          "CpuPercent",
          "IOMaximumIOps",
          "IOMaximumBandwidth");

  private static final List<String> FALSES =
      List.of("AutoRemove", "Privileged", "PublishAllPorts", "ReadonlyRootfs", "OomKillDisable");

  private HostConfigJson() {}

  private static Map<String, Object> defaults() {
    var json = new LinkedHashMap<String, Object>();
    FIELDS.forEach(name -> json.put(name, null));
    EMPTY_TEXTS.forEach(name -> json.put(name, ""));
    EMPTY_LISTS.forEach(name -> json.put(name, List.of()));
    ZEROES.forEach(name -> json.put(name, 0L));
    FALSES.forEach(name -> json.put(name, false));
    json.put("PortBindings", Map.of());
    json.put("ConsoleSize", List.of(0L, 0L));
    return json;
  }

  static Map<String, Object> render(Container container, String runtime) {
    var json = new LinkedHashMap<>(defaults());
    JsonObject.of(container.spec().request(), "request")
        .object("HostConfig")
        .ifPresent(
            asked ->
                asked
                    .map()
                    .forEach(
                        (name, value) -> {
                          if (value != null) {
                            json.put(name, value);
                          }
                        }));
    limits(json, container.spec().limits());
    settled(json, container, runtime);
    return json;
  }

  /** What an update may have changed since. */
  private static void limits(Map<String, Object> json, Limits limits) {
    json.put("Memory", limits.memoryBytes());
    json.put("MemorySwap", limits.memorySwapBytes());
    json.put("MemoryReservation", limits.memoryReservationBytes());
    json.put(
        "MemorySwappiness", limits.memorySwappiness() < 0 ? null : limits.memorySwappiness());
    json.put("NanoCpus", limits.nanoCpus());
    json.put("CpuShares", limits.cpuShares());
    json.put("CpuPeriod", limits.cpuPeriodMicros());
    json.put("CpuQuota", limits.cpuQuotaMicros());
    json.put("CpusetCpus", limits.cpusetCpus());
    json.put("CpusetMems", limits.cpusetMems());
    json.put("PidsLimit", limits.pids() == 0 ? null : limits.pids());
    json.put("BlkioWeight", (long) limits.blkioWeight());
  }

  private static void settled(Map<String, Object> json, Container container, String runtime) {
    var spec = container.spec();
    var log = new LinkedHashMap<String, Object>();
    String driver = spec.lifecycle().logDriver();
    log.put("Type", driver.isEmpty() ? "json-file" : driver);
    log.put("Config", Map.of());
    json.put("LogConfig", log);
    var restart = new LinkedHashMap<String, Object>();
    restart.put("Name", spec.lifecycle().restart().kind().word());
    restart.put("MaximumRetryCount", spec.lifecycle().restart().retriesMax());
    json.put("RestartPolicy", restart);
    json.put("NetworkMode", spec.network().mode());
    json.put("Runtime", runtime);
    long shm = spec.storage().shmBytes();
    json.put("ShmSize", shm == 0 ? SHM_BYTES : shm);
    String ipc = spec.security().namespaces().ipc();
    json.put("IpcMode", ipc.isEmpty() ? "private" : ipc);
    String cgroup = spec.security().namespaces().cgroup();
    json.put("CgroupnsMode", cgroup.isEmpty() ? "private" : cgroup);
    var security = spec.security();
    var masked = security.maskedPaths().orElse(RuntimeDefaults.maskedPaths());
    var readonly = security.readonlyPaths().orElse(RuntimeDefaults.readonlyPaths());
    json.put("MaskedPaths", security.privileged() ? null : masked);
    json.put("ReadonlyPaths", security.privileged() ? null : readonly);
  }
}
