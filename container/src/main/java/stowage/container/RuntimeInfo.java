package stowage.container;

import java.util.List;

/**
 * What runs the containers.
 *
 * @param name {@code runc} or {@code crun}
 * @param version as it says itself
 * @param conmonVersion the monitor's
 * @param cgroupVersion 1 or 2
 * @param initBinary the init for {@code --init}; empty: none is installed
 * @param warnings known escapes of these versions, and what does not work here
 */
public record RuntimeInfo(
    String name,
    String path,
    String version,
    String conmonPath,
    String conmonVersion,
    int cgroupVersion,
    String initBinary,
    List<String> warnings) {
  public RuntimeInfo {
    warnings = List.copyOf(warnings);
  }
}
