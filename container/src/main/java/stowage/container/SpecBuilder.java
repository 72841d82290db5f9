package stowage.container;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import stowage.oci.RuntimeDefaults;
import stowage.oci.RuntimeSpec;
import stowage.oci.Seccomp;

/** What the OCI runtime is told of a container, made of its spec and what this host is like. */
final class SpecBuilder {
  /** Where programs are looked for when neither image nor caller says. */
  static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** In /dev, which the runtime makes: elsewhere it would leave a file in what is written. */
  private static final String INIT_TARGET = "/dev/init";

  private final HostFacts host;
  private final SharedMemory shared;
  private final Function<String, Container> running;

  /**
   * @param running another container that runs, for joining its namespaces
   */
  SpecBuilder(HostFacts host, SharedMemory shared, Function<String, Container> running) {
    this.host = host;
    this.shared = shared;
    this.running = running;
  }

  RuntimeSpec build(
      Container container,
      MountApplier.Mounted mounted,
      Users.User user,
      String hostname,
      String cgroup) {
    var spec = container.spec();
    var security = spec.security();
    boolean ownCgroup = ownCgroup(security);
    return new RuntimeSpec(
        process(container, user, hostname),
        mounted.root().toString(),
        spec.storage().readOnlyRoot(),
        security.namespaces().uts().equals("host") ? "" : hostname,
        mounts(container, mounted, ownCgroup),
        namespaces(spec, ownCgroup),
        Devices.of(security),
        Resources.of(spec, host),
        cgroup,
        confinement(security, mounted),
        security.sysctls(),
        Map.of());
  }

  private RuntimeSpec.Process process(Container container, Users.User user, String hostname) {
    var spec = container.spec();
    var words = new ArrayList<String>();
    if (spec.lifecycle().init()) {
      words.addAll(List.of(INIT_TARGET, "--"));
    }
    words.addAll(container.arguments());
    String directory = spec.program().workingDir();
    return new RuntimeSpec.Process(
        spec.streams().tty(),
        words,
        environment(spec, user, hostname),
        directory.isEmpty() ? "/" : directory,
        user.ids(),
        capabilities(spec.security()),
        has(spec.security(), "no-new-privileges", "", "true"),
        ulimits(spec.limits()),
        spec.limits().oomScoreAdj() == 0
            ? Optional.empty()
            : Optional.of(spec.limits().oomScoreAdj()));
  }

  /** A further process: the container's, with what the request says otherwise. */
  RuntimeSpec.Process exec(
      Container container, Exec.Request request, Users.User user, String hostname) {
    var spec = container.spec();
    String directory =
        request.workingDir().isEmpty() ? spec.program().workingDir() : request.workingDir();
    var base = environment(spec, user, hostname);
    if (request.tty() && !spec.streams().tty()) {
      base = SpecMerge.environment(List.of("TERM=xterm"), base);
    }
    return new RuntimeSpec.Process(
        request.tty(),
        request.command(),
        SpecMerge.environment(base, request.env()),
        directory.isEmpty() ? "/" : directory,
        user.ids(),
        request.privileged()
            ? RuntimeDefaults.capabilities(true, List.of(), List.of(), host.capabilities())
            : capabilities(spec.security()),
        has(spec.security(), "no-new-privileges", "", "true"),
        ulimits(spec.limits()),
        Optional.empty());
  }

  private static List<String> environment(ContainerSpec spec, Users.User user, String hostname) {
    var base = new ArrayList<>(List.of(DEFAULT_PATH, "HOSTNAME=" + hostname));
    if (spec.streams().tty()) {
      base.add("TERM=xterm");
    }
    base.add("HOME=" + user.home());
    return SpecMerge.environment(base, spec.program().env());
  }

  private Set<String> capabilities(Security security) {
    return RuntimeDefaults.capabilities(
        security.privileged(), security.capAdd(), security.capDrop(), host.capabilities());
  }

  private static List<RuntimeSpec.Ulimit> ulimits(Limits limits) {
    var own = OwnLimits.read();
    return limits.ulimits().stream().map(own::clamp).toList();
  }

  private List<RuntimeSpec.Mount> mounts(
      Container container, MountApplier.Mounted mounted, boolean ownCgroup) {
    var spec = container.spec();
    long shm =
        spec.storage().shmBytes() == 0 ? RuntimeDefaults.SHM_BYTES : spec.storage().shmBytes();
    var byTarget = new LinkedHashMap<String, RuntimeSpec.Mount>();
    boolean privileged = spec.security().privileged();
    RuntimeDefaults.mounts(privileged, shm, ownCgroup).forEach(m -> byTarget.put(m.target(), m));
    String ipc = spec.security().namespaces().ipc();
    if (ipc.equals("none")) {
      byTarget.remove("/dev/shm");
    } else if (ipc.equals("host")) {
      byTarget.put("/dev/shm", bind("/dev/shm", "/dev/shm"));
    } else if (ipc.startsWith("container:")) {
      Container donor = running.apply(ipc.substring(10));
      byTarget.put("/dev/shm", bind("/dev/shm", shared.of(donor).toString()));
    } else if (ipc.equals("shareable")) {
      byTarget.put("/dev/shm", bind("/dev/shm", shared.of(container).toString()));
    }
    if (spec.network().isHost() && !privileged) {
      // A fresh sysfs may only be mounted by the owner of the network namespace: bind the host's.
      byTarget.put(
          "/sys",
          new RuntimeSpec.Mount(
              "/sys", "bind", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro")));
    }
    if (spec.lifecycle().init()) {
      byTarget.put(
          INIT_TARGET,
          new RuntimeSpec.Mount(INIT_TARGET, "bind", host.initBinary(), List.of("bind", "ro")));
    }
    for (var own : mounted.runtimeMounts()) {
      byTarget.remove(own.target());
      byTarget.put(
          own.target(), new RuntimeSpec.Mount(own.target(), "bind", own.source(), own.options()));
    }
    return List.copyOf(byTarget.values());
  }

  private static RuntimeSpec.Mount bind(String target, String source) {
    return new RuntimeSpec.Mount(
        target, "bind", source, List.of("rbind", "nosuid", "noexec", "nodev"));
  }

  private RuntimeSpec.Namespaces namespaces(ContainerSpec spec, boolean ownCgroup) {
    var namespaces = spec.security().namespaces();
    var own = new HashSet<>(Set.of("mount"));
    var joined = new HashMap<String, String>();
    place("pid", namespaces.pid(), own, joined);
    place("ipc", namespaces.ipc(), own, joined);
    place("uts", namespaces.uts(), own, joined);
    place("network", spec.network().mode(), own, joined, "net");
    if (ownCgroup) {
      own.add("cgroup");
    }
    return new RuntimeSpec.Namespaces(own, joined);
  }

  private void place(String kind, String mode, Set<String> own, Map<String, String> joined) {
    place(kind, mode, own, joined, kind);
  }

  private void place(
      String kind, String mode, Set<String> own, Map<String, String> joined, String file) {
    if (mode.startsWith("container:")) {
      joined.put(kind, "/proc/%d/ns/%s".formatted(running.apply(mode.substring(10)).pid(), file));
    } else if (!mode.equals("host")) {
      own.add(kind);
    }
  }

  /** As Docker: the host's with cgroup v1 or when privileged, its own otherwise. */
  private boolean ownCgroup(Security security) {
    String asked = security.namespaces().cgroup();
    return asked.isEmpty()
        ? host.cgroups().isV2() && !security.privileged()
        : asked.equals("private");
  }

  private RuntimeSpec.Security confinement(Security security, MountApplier.Mounted mounted) {
    boolean open = security.privileged();
    boolean unmasked = open || has(security, "systempaths", "unconfined", "unconfined");
    return new RuntimeSpec.Security(
        unmasked ? List.of() : security.maskedPaths().orElse(RuntimeDefaults.maskedPaths()),
        unmasked ? List.of() : security.readonlyPaths().orElse(RuntimeDefaults.readonlyPaths()),
        seccomp(security),
        "",
        mounted.rootPropagation());
  }

  private Optional<Map<String, Object>> seccomp(Security security) {
    if (security.privileged() || has(security, "seccomp", "unconfined", "unconfined")) {
      return Optional.empty();
    }
    Set<String> capabilities = capabilities(security);
    for (String option : security.options()) {
      if (option.startsWith("seccomp={") || option.startsWith("seccomp:{")) {
        byte[] json = option.substring(8).getBytes(StandardCharsets.UTF_8);
        return Optional.of(Seccomp.profile(json, capabilities, host.architecture()));
      }
    }
    return Optional.of(withoutX32(Seccomp.profile(capabilities, host.architecture())));
  }

  /**
   * The default filter for two instead of three kinds of system calls. Building one for x32 as well
   * doubles the time a container takes to start, and nobody has x32 programs: they are killed now.
   */
  private static Map<String, Object> withoutX32(Map<String, Object> profile) {
    var fields = new LinkedHashMap<>(profile);
    if (fields.get("architectures") instanceof List<?> all) {
      fields.put("architectures", all.stream().filter(a -> !a.equals("SCMP_ARCH_X32")).toList());
    }
    return fields;
  }

  private static boolean has(Security security, String key, String one, String other) {
    for (String option : security.options()) {
      if (option.startsWith(key)) {
        String value = option.substring(key.length()).replaceFirst("^[=:]", "");
        return value.equals(one) || value.equals(other);
      }
    }
    return false;
  }
}
