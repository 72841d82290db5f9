package stowage.docker;

import java.util.Map;
import java.util.Set;

/** The fields of container requests: which are read, which mean nothing here, which are refused. */
final class CreateFields {
  private static final String NETWORKS = "networks other than none and host are not supported yet";
  private static final String BLKIO = "limits of single block devices are not supported yet";
  private static final String WINDOWS = "it is for Windows containers";

  /** The body itself. */
  static final Fields CONFIG =
      new Fields(
          "container",
          Set.of(
              "Hostname",
              "Domainname",
              "User",
              "AttachStdin",
              "AttachStdout",
              "AttachStderr",
              "Tty",
              "OpenStdin",
              "StdinOnce",
              "Env",
              "Cmd",
              "Image",
              "Volumes",
              "WorkingDir",
              "Entrypoint",
              "Labels",
              "StopSignal",
              "StopTimeout",
              "NetworkDisabled",
              "ExposedPorts"),
          // Shell and OnBuild are for building only.
          Set.of("HostConfig", "NetworkingConfig", "OnBuild", "Shell", "ArgsEscaped"),
          Map.of(
              "Healthcheck", "health checks are not supported yet",
              "MacAddress", NETWORKS));

  /** Its HostConfig. */
  static final Fields HOST =
      new Fields(
          "HostConfig",
          Set.of(
              "Binds",
              "Mounts",
              "Tmpfs",
              "VolumesFrom",
              "VolumeDriver",
              "LogConfig",
              "NetworkMode",
              "RestartPolicy",
              "AutoRemove",
              "ConsoleSize",
              "CapAdd",
              "CapDrop",
              "CgroupnsMode",
              "Dns",
              "DnsOptions",
              "DnsSearch",
              "ExtraHosts",
              "GroupAdd",
              "IpcMode",
              "OomScoreAdj",
              "PidMode",
              "Privileged",
              "ReadonlyRootfs",
              "SecurityOpt",
              "StorageOpt",
              "UTSMode",
              "UsernsMode",
              "ShmSize",
              "Sysctls",
              "Runtime",
              "Memory",
              "MemoryReservation",
              "MemorySwap",
              "MemorySwappiness",
              "OomKillDisable",
              "NanoCpus",
              "CpuShares",
              "CpuPeriod",
              "CpuQuota",
              "CpusetCpus",
              "CpusetMems",
              "PidsLimit",
              "BlkioWeight",
              "Ulimits",
              "Devices",
              "DeviceCgroupRules",
              "MaskedPaths",
              "ReadonlyPaths",
              "Init"),
          // The first is a note of the client; the kernel has no such limit any more.
          Set.of("ContainerIDFile", "Annotations", "KernelMemory", "KernelMemoryTCP"),
          Map.ofEntries(
              Map.entry("PortBindings", "publishing ports is not supported yet"),
              Map.entry("PublishAllPorts", "publishing ports is not supported yet"),
              Map.entry("Links", NETWORKS),
              Map.entry("DeviceRequests", "GPUs and CDI devices are not supported yet"),
              Map.entry("Cgroup", "it is not supported"),
              Map.entry("CgroupParent", "it is not supported yet"),
              Map.entry("BlkioWeightDevice", BLKIO),
              Map.entry("BlkioDeviceReadBps", BLKIO),
              Map.entry("BlkioDeviceWriteBps", BLKIO),
              Map.entry("BlkioDeviceReadIOps", BLKIO),
              Map.entry("BlkioDeviceWriteIOps", BLKIO),
              Map.entry("CpuRealtimePeriod", "real-time scheduling is not supported yet"),
              Map.entry("CpuRealtimeRuntime", "real-time scheduling is not supported yet"),
              Map.entry("Isolation", WINDOWS),
              Map.entry("CpuCount", WINDOWS),
              Map.entry("CpuPercent", WINDOWS),
              Map.entry("IOMaximumIOps", WINDOWS),
              Map.entry("IOMaximumBandwidth", WINDOWS)));

  /** The body of an update. */
  static final Fields UPDATE =
      new Fields(
          "update",
          Set.of(
              "RestartPolicy",
              "Memory",
              "MemoryReservation",
              "MemorySwap",
              "NanoCpus",
              "CpuShares",
              "CpuPeriod",
              "CpuQuota",
              "CpusetCpus",
              "CpusetMems",
              "PidsLimit",
              "BlkioWeight"),
          Set.of("KernelMemory", "KernelMemoryTCP"),
          HOST.refused());

  private CreateFields() {}
}
