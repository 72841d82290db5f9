package stowage.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What keeps a container in, and what lets it out.
 *
 * @param privileged all capabilities, all devices, nothing masked
 * @param capAdd capabilities with or without CAP_, or ALL
 * @param capDrop as capAdd; dropping wins
 * @param options {@code no-new-privileges}, {@code seccomp=unconfined}, {@code seccomp=<json>},
 *     {@code apparmor=...}, {@code label=...}
 * @param deviceRules cgroup device rules, "c 1:3 mr"
 * @param sysctls namespaced kernel settings
 * @param maskedPaths absent: the usual ones
 * @param readonlyPaths absent: the usual ones
 * @param namespaces which namespaces are not the container's own
 */
public record Security(
    boolean privileged,
    List<String> capAdd,
    List<String> capDrop,
    List<String> options,
    List<Device> devices,
    List<String> deviceRules,
    Map<String, String> sysctls,
    Optional<List<String>> maskedPaths,
    Optional<List<String>> readonlyPaths,
    Namespaces namespaces) {
  /** The usual confinement. */
  public static final Security DEFAULT =
      new Security(
          false,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Namespaces.PRIVATE);

  public Security {
    capAdd = List.copyOf(capAdd);
    capDrop = List.copyOf(capDrop);
    options = List.copyOf(options);
    devices = List.copyOf(devices);
    deviceRules = List.copyOf(deviceRules);
    sysctls = Map.copyOf(sysctls);
    maskedPaths = maskedPaths.map(List::copyOf);
    readonlyPaths = readonlyPaths.map(List::copyOf);
  }

  /**
   * Whose namespaces a container lives in: empty or {@code private}: its own; {@code host}: the
   * host's; {@code container:<id>}: another container's (ipc and pid).
   *
   * @param ipc also {@code none} (no /dev/shm) and {@code shareable}
   */
  public record Namespaces(String ipc, String pid, String uts, String user, String cgroup) {
    /** All its own. */
    public static final Namespaces PRIVATE = new Namespaces("", "", "", "", "");
  }
}
