package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this host is like, as far as containers care; does not change while the agent runs.
 *
 * @param initBinary for {@code --init}; empty: none is installed
 * @param lastCapability the highest number of a capability the kernel knows
 * @param architecture in Go's words
 */
record HostFacts(Cgroups cgroups, String initBinary, int lastCapability, String architecture) {
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
        Cgroups.find(), init, readLastCapability(), machine.equals("aarch64") ? "arm64" : machine);
  }

  private static int readLastCapability() {
    try {
      return Integer.parseInt(Files.readString(Path.of("/proc/sys/kernel/cap_last_cap")).strip());
    } catch (IOException e) {
      return 40; // CAP_CHECKPOINT_RESTORE, Linux 5.9
    }
  }
}
