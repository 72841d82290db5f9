package stowage.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.image.Images;
import stowage.layer.Active;
import stowage.layer.LayerStore;
import stowage.volume.Owner;
import stowage.volume.Volumes;

/**
 * Makes a container's root as the container will see it: its writable layer, and every mount in its
 * place, all put there by file descriptors before the OCI runtime sees any of it.
 *
 * <pre>
 *   create:  claim    volumes are made, held and filled from the image; bind sources are checked
 *   start:   mount    (and for docker cp into one that does not run) counted
 *   stop:    unmount
 *   remove:  release
 * </pre>
 *
 * <p>The root is {@code active.merged()} with the mounts on it. The runtime binds it recursively, so
 * it needs no entry of its own for them; those below /dev, /proc and /sys, which the runtime makes
 * itself, are prepared beside the root and come back as entries for the runtime.
 *
 * <p>No path inside a container is ever resolved as a string: a symlink of an image, or one a
 * running container swaps while it is looked at, leads to a place inside that root.
 */
public final class MountApplier {

  /**
   * Makes nothing yet.
   *
   * @param root the agent's data: nothing in it can be a bind's source
   * @param run where mounts are prepared
   */
  public MountApplier(
      Path root, Path run, LayerStore layers, Images images, Volumes volumes, Events events) {}

  /**
   * Whom the mounts are for.
   *
   * @param user whom the container's process runs as: owns volumes that take nothing from the image,
   *     and is the other side of {@code idmap=auto}
   */
  public record Subject(Active active, Owner user) {
    public String id() {
      return active.id();
    }
  }

  /**
   * What was claimed.
   *
   * @param mounts the plan's, in order; every volume has its name, every image its id
   * @param warnings for whoever creates the container, such as binds its user cannot write
   */
  public record Claimed(List<Mount> mounts, List<String> warnings) {
    public Claimed {
      mounts = List.copyOf(mounts);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * A mount the runtime has to make: a bind of something prepared. It takes the place of a default
   * mount with the same target.
   *
   * @param source host path
   * @param options the runtime spec's: rbind, ro, rprivate, ...
   */
  public record RuntimeMount(String target, String source, List<String> options) {
    public RuntimeMount {
      options = List.copyOf(options);
    }
  }

  /**
   * A container's root, made.
   *
   * @param root host path, for the runtime spec's root.path
   * @param runtimeMounts to be added to the spec's mounts, behind the default ones
   * @param rootPropagation for the spec's linux.rootfsPropagation; empty: leave it out
   */
  public record Mounted(Path root, List<RuntimeMount> runtimeMounts, String rootPropagation) {
    public Mounted {
      runtimeMounts = List.copyOf(runtimeMounts);
    }
  }

  /**
   * At create: makes and holds the volumes, gives anonymous ones their names, fills fresh ones from
   * the image, and checks that bind sources are there. All or nothing.
   */
  public Claimed claim(Subject subject, MountPlan plan) {
    throw toCome();
  }

  /** At the agent's start: holds what a container of an earlier life has claimed. */
  public void reclaim(String containerId, List<Mount> mounts) {
    throw toCome();
  }

  /** At the agent's start: takes over the root of a container that still runs. */
  public void adopt(Subject subject, List<Mount> mounts) {
    throw toCome();
  }

  /**
   * Makes the root; when it is made already (also for {@code docker cp} at this moment) only counts
   * one more user. All or nothing: after a failure nothing stays mounted.
   *
   * @param files the container's own files by target: /etc/hosts, /etc/hostname, /etc/resolv.conf;
   *     a mount of the same target goes before
   */
  public Mounted mount(Subject subject, List<Mount> mounts, Map<String, Path> files) {
    throw toCome();
  }

  /** Counts one user less, and takes everything down after the last; not mounted is fine. */
  public void unmount(String containerId) {
    throw toCome();
  }

  /**
   * At remove: lets the volumes go.
   *
   * @param removeAnonymous whether anonymous volumes of this container are removed, unless another
   *     container holds them
   */
  public void release(String containerId, List<Mount> mounts, boolean removeAnonymous) {
    throw toCome();
  }

  private static StowageException toCome() {
    return new StowageException.Unsupported("to come");
  }
}
