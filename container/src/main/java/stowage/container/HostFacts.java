package stowage.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import stowage.oci.RuntimeDefaults;

/**
 * What this host is like, as far as containers care; does not change while the agent runs.
 *
 * @param initBinary for {@code --init}; empty: none is installed
 * @param capabilities those a container can have: the kernel knows them and the agent has them
 * @param architecture in Go's words
 */
record HostFacts(
    Cgroups cgroups, String initBinary, Set<String> capabilities, String architecture) {
  /** Inits that need nothing of the container's: statically linked. */
  private static final List<String> INITS =
      List.of(
          "/usr/bin/tini-static",
          "/usr/bin/catatonit",
          "/usr/libexec/podman/catatonit",
          "/usr/libexec/docker/docker-init",
          "/usr/bin/docker-init");

  static HostFacts read() {
    String init =
        INITS.stream().filter(path -> Files.isExecutable(Path.of(path))).findFirst().orElse("");
    String machine = System.getProperty("os.arch");
    return new HostFacts(
        Cgroups.find(), init, ownCapabilities(), machine.equals("aarch64") ? "arm64" : machine);
  }

  private static Set<String> ownCapabilities() {
    for (String line : Cgroups.lines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapBnd:")) {
        return RuntimeDefaults.available(Long.parseUnsignedLong(line.substring(7).strip(), 16));
      }
    }
    return RuntimeDefaults.capabilities();
  }
}
