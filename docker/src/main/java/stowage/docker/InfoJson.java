package stowage.docker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import stowage.container.Container;
import stowage.container.RuntimeInfo;
import stowage.container.State;

/** What {@code docker info} shows. */
final class InfoJson {
  private final Engine engine;
  private final Map<String, Object> info = new LinkedHashMap<>();

  InfoJson(Engine engine) {
    this.engine = engine;
  }

  Map<String, Object> render() {
    var host = engine.host();
    RuntimeInfo runtime = engine.containers().runtime();
    info.put("ID", host.id());
    counts();
    info.put("Driver", host.driver());
    info.put("DriverStatus", host.driverStatus());
    var plugins = new LinkedHashMap<String, Object>();
    plugins.put("Volume", List.of("ebs", "local"));
    plugins.put("Network", List.of("host", "null"));
    plugins.put("Authorization", null);
    plugins.put("Log", List.of("json-file", "none"));
    info.put("Plugins", plugins);
    // False prints a warning line in the client; what a cgroup lacks is among the warnings.
    for (String can :
        List.of(
            "MemoryLimit",
            "SwapLimit",
            "CpuCfsPeriod",
            "CpuCfsQuota",
            "CPUShares",
            "CPUSet",
            "PidsLimit",
            "IPv4Forwarding",
            "OomKillDisable")) {
      info.put(can, true);
    }
    info.put("KernelMemoryTCP", false);
    info.put("Debug", false);
    info.put("NFd", -1);
    info.put("NGoroutines", Thread.activeCount());
    info.put("SystemTime", Times.rfc3339(engine.time().now()));
    info.put("LoggingDriver", "json-file");
    info.put("CgroupDriver", "cgroupfs");
    info.put("CgroupVersion", String.valueOf(runtime.cgroupVersion()));
    info.put("NEventsListener", engine.events().subscribers());
    machine(host);
    registries(host);
    runtimes(runtime);
    var warnings = new ArrayList<>(host.warnings());
    warnings.addAll(runtime.warnings());
    info.put("Warnings", warnings.isEmpty() ? null : warnings);
    return info;
  }

  private void counts() {
    int running = 0;
    int paused = 0;
    int stopped = 0;
    var containers = engine.containers().list();
    for (Container container : containers) {
      switch (container.state()) {
        case State.Running _ -> running++;
        case State.Paused _ -> paused++;
        case State.Created _, State.Exited _, State.Restarting _, State.Removing _ -> stopped++;
      }
    }
    info.put("Containers", containers.size());
    info.put("ContainersRunning", running);
    info.put("ContainersPaused", paused);
    info.put("ContainersStopped", stopped);
    info.put("Images", engine.images().list().size());
  }

  private void machine(HostFacts host) {
    info.put("KernelVersion", host.kernel());
    info.put("OperatingSystem", host.osName());
    info.put("OSVersion", host.osVersion());
    info.put("OSType", "linux");
    info.put("Architecture", host.architecture());
    info.put("NCPU", host.cpus());
    info.put("MemTotal", host.memoryBytes());
    info.put("GenericResources", null);
    info.put("DockerRootDir", host.root().toString());
    info.put("HttpProxy", "");
    info.put("HttpsProxy", "");
    info.put("NoProxy", "");
    info.put("Name", host.name());
    info.put("Labels", List.of());
    info.put("ExperimentalBuild", false);
    info.put("ServerVersion", host.version());
  }

  private void registries(HostFacts host) {
    info.put("IndexServerAddress", "https://index.docker.io/v1/");
    var indexes = new LinkedHashMap<String, Object>();
    var names = new TreeSet<>(host.insecureRegistries());
    names.add("docker.io");
    for (String name : names) {
      var index = new LinkedHashMap<String, Object>();
      index.put("Mirrors", List.of());
      index.put("Name", name);
      index.put("Official", name.equals("docker.io"));
      index.put("Secure", !host.insecureRegistries().contains(name));
      indexes.put(name, index);
    }
    var config = new LinkedHashMap<String, Object>();
    config.put("IndexConfigs", indexes);
    config.put("InsecureRegistryCIDRs", List.of("::1/128", "127.0.0.0/8"));
    config.put("Mirrors", null);
    info.put("RegistryConfig", config);
  }

  private void runtimes(RuntimeInfo runtime) {
    info.put("Runtimes", Map.of(runtime.name(), Map.of("path", runtime.path())));
    info.put("DefaultRuntime", runtime.name());
    var swarm = new LinkedHashMap<String, Object>();
    swarm.put("NodeID", "");
    swarm.put("NodeAddr", "");
    swarm.put("LocalNodeState", "inactive");
    swarm.put("ControlAvailable", false);
    swarm.put("Error", "");
    swarm.put("RemoteManagers", null);
    info.put("Swarm", swarm);
    info.put("LiveRestoreEnabled", true); // containers outlive the agent
    info.put("Isolation", "");
    info.put("InitBinary", runtime.initBinary());
    info.put("ContainerdCommit", Map.of("ID", ""));
    info.put("RuncCommit", Map.of("ID", runtime.version()));
    info.put("InitCommit", Map.of("ID", ""));
    info.put("SecurityOptions", List.of("name=seccomp,profile=builtin"));
    info.put("CDISpecDirs", List.of());
  }
}
