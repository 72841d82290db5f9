package stowage.docker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.JsonObject;
import stowage.container.Container;
import stowage.container.Limits;
import stowage.oci.RuntimeDefaults;

/**
 * The HostConfig of an inspected container: as it was asked for, with what an update changed and the
 * defaults that were filled in.
 */
final class HostConfigJson {
  private static final long SHM_BYTES = 64L << 20;

  private HostConfigJson() {}

  /** The fields every HostConfig has, with what they are when nothing was asked for. */
  private static Map<String, Object> defaults() {
    var json = new LinkedHashMap<String, Object>();
    json.put("Binds", null);
    json.put("ContainerIDFile", "");
    json.put("LogConfig", null);
    json.put("NetworkMode", "default");
    json.put("PortBindings", Map.of());
    json.put("RestartPolicy", null);
    json.put("AutoRemove", false);
    json.put("VolumeDriver", "");
    json.put("VolumesFrom", null);
    json.put("ConsoleSize", List.of(0L, 0L));
    json.put("CapAdd", null);
    json.put("CapDrop", null);
    json.put("CgroupnsMode", "");
    json.put("Dns", List.of());
    json.put("DnsOptions", List.of());
    json.put("DnsSearch", List.of());
    json.put("ExtraHosts", null);
    json.put("GroupAdd", null);
    json.put("IpcMode", "");
    json.put("Cgroup", "");
    json.put("Links", null);
    json.put("OomScoreAdj", 0L);
    json.put("PidMode", "");
    json.put("Privileged", false);
    json.put("PublishAllPorts", false);
    json.put("ReadonlyRootfs", false);
    json.put("SecurityOpt", null);
    json.put("UTSMode", "");
    json.put("UsernsMode", "");
    json.put("ShmSize", SHM_BYTES);
    json.put("Runtime", "");
    json.put("Isolation", "");
    json.put("CpuShares", 0L);
    json.put("Memory", 0L);
    json.put("NanoCpus", 0L);
    json.put("CgroupParent", "");
    json.put("BlkioWeight", 0L);
    for (String list :
        List.of(
            "BlkioWeightDevice",
            "BlkioDeviceReadBps",
            "BlkioDeviceWriteBps",
            "BlkioDeviceReadIOps",
            "BlkioDeviceWriteIOps")) {
      json.put(list, List.of());
    }
    json.put("CpuPeriod", 0L);
    json.put("CpuQuota", 0L);
    json.put("CpuRealtimePeriod", 0L);
    json.put("CpuRealtimeRuntime", 0L);
    json.put("CpusetCpus", "");
    json.put("CpusetMems", "");
    json.put("Devices", List.of());
    json.put("DeviceCgroupRules", null);
    json.put("DeviceRequests", null);
    json.put("MemoryReservation", 0L);
    json.put("MemorySwap", 0L);
    json.put("MemorySwappiness", null);
    json.put("OomKillDisable", false);
    json.put("PidsLimit", null);
    json.put("Ulimits", List.of());
    json.put("CpuCount", 0L);
    json.put("CpuPercent", 0L);
    json.put("IOMaximumIOps", 0L);
    json.put("IOMaximumBandwidth", 0L);
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
    boolean privileged = spec.security().privileged();
    json.put(
        "MaskedPaths",
        privileged ? null : spec.security().maskedPaths().orElse(RuntimeDefaults.maskedPaths()));
    json.put(
        "ReadonlyPaths",
        privileged ? null : spec.security().readonlyPaths().orElse(RuntimeDefaults.readonlyPaths()));
  }
}
