package stowage.docker;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What is told of this agent and its host; the same as long as the agent runs.
 *
 * @param id of the root: stays when the agent is restarted
 * @param name the host's name
 * @param version Stowage's
 * @param commit it was built from; empty when not known
 * @param built when it was built, in words
 * @param osName as its os-release says
 * @param architecture as uname says it: x86_64
 * @param driver how layers are kept: "erofs" or "directories"
 * @param driverStatus pairs: what was found and decided about storage
 * @param warnings what an operator should know
 * @param insecureRegistries registries reached without TLS
 */
public record HostFacts(
    String id,
    String name,
    Path root,
    String version,
    String commit,
    String built,
    String kernel,
    String osName,
    String osVersion,
    String architecture,
    int cpus,
    long memoryBytes,
    String driver,
    List<List<String>> driverStatus,
    List<String> warnings,
    Set<String> insecureRegistries) {
  public HostFacts {
    driverStatus = List.copyOf(driverStatus);
    warnings = List.copyOf(warnings);
    insecureRegistries = Set.copyOf(insecureRegistries);
  }

  /** The architecture as Go and images call it. */
  String goArchitecture() {
    return switch (architecture) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case String other -> other;
    };
  }
}
