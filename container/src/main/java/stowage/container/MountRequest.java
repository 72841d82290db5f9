package stowage.container;

import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.JsonObject;

/**
 * The mounts of a container in every form the Engine API has for them, not understood yet.
 *
 * @param binds {@code HostConfig.Binds}: the strings of {@code -v}
 * @param mounts {@code HostConfig.Mounts}: the objects of {@code --mount}
 * @param tmpfs {@code HostConfig.Tmpfs}: target to option string
 * @param volumes {@code Config.Volumes} of the container and of its image: targets
 * @param volumesFrom {@code HostConfig.VolumesFrom}: container, or container:mode
 * @param volumeDriver {@code HostConfig.VolumeDriver}, empty for local
 */
public record MountRequest(
    List<String> binds,
    List<JsonObject> mounts,
    Map<String, String> tmpfs,
    Set<String> volumes,
    List<String> volumesFrom,
    String volumeDriver) {
  /** Asks for nothing. */
  public static final MountRequest NONE =
      new MountRequest(List.of(), List.of(), Map.of(), Set.of(), List.of(), "");

  /** The fields of a create request's HostConfig and Config that are about mounts. */
  public static MountRequest of(JsonObject hostConfig, Set<String> volumes) {
    return new MountRequest(
        hostConfig.strings("Binds"),
        hostConfig.objects("Mounts"),
        hostConfig.stringMap("Tmpfs"),
        volumes,
        hostConfig.strings("VolumesFrom"),
        hostConfig.string("VolumeDriver", ""));
  }
}
