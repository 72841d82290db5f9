package stowage.container;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_NONBLOCK;
import static stowage.linux.Open.O_PATH;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.image.Images;
import stowage.layer.Active;
import stowage.layer.LayerStore;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
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
 * <p>The root is {@code active.merged()} with the mounts on it. The runtime binds it recursively,
 * so it needs no entry of its own for them; those below /dev, /proc and /sys, which the runtime
 * makes itself, are prepared beside the root and come back as entries for the runtime.
 *
 * <p>No path inside a container is ever resolved as a string: a symlink of an image, or one a
 * running container swaps while it is looked at, leads to a place inside that root.
 */
public final class MountApplier {
  private static final String IMAGE_WARNING = "Image mount is an experimental feature";

  private final Path root;
  private final LayerStore layers;
  private final Images images;
  private final Volumes volumes;
  private final Events events;
  private final RootSessions sessions;

  /**
   * Makes nothing yet.
   *
   * @param root the agent's data: nothing in it can be a bind's source
   * @param run where mounts are prepared
   */
  public MountApplier(
      Path root, Path run, LayerStore layers, Images images, Volumes volumes, Events events) {
    this.root = root;
    this.layers = layers;
    this.images = images;
    this.volumes = volumes;
    this.events = events;
    this.sessions =
        new RootSessions(new RootAssembly(root, run, layers, volumes), layers, volumes);
  }

  /**
   * Whom the mounts are for.
   *
   * @param user whom the container's process runs as: owns volumes that take nothing from the
   *     image, and is the other side of {@code idmap=auto}
   */
  public record Subject(Active active, Owner user) {
    public String id() {
      return active.id();
    }
  }

  /**
   * What was claimed.
   *
   * @param mounts the plan's, in order; every volume has its name, every image its layers
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
    var mounts = new ArrayList<Mount>();
    var made = new ArrayList<String>();
    var warnings = new LinkedHashSet<String>();
    try {
      for (Mount mount : plan.mounts()) {
        switch (mount) {
          case Mount.Bind bind -> {
            checkSource(bind);
            mounts.add(bind);
          }
          case Mount.Volume volume -> mounts.add(claim(subject, volume, made));
          case Mount.Image image -> {
            mounts.add(claim(subject, image));
            warnings.add(IMAGE_WARNING);
          }
          case Mount.Tmpfs tmpfs -> mounts.add(tmpfs);
        }
      }
      fill(subject, mounts);
      Doctor.examine(mounts, subject.user()).forEach(finding -> warnings.add(finding.toString()));
      return new Claimed(mounts, List.copyOf(warnings));
    } catch (StowageException e) {
      undo(subject.id(), mounts, made, e);
      throw e;
    }
  }

  private void checkSource(Mount.Bind bind) {
    if (bind.createSource()) {
      MountSources.create(bind);
    }
    new MountSources(root).open(bind).close();
  }

  private Mount.Volume claim(Subject subject, Mount.Volume volume, List<String> made) {
    try {
      var created =
          volumes.createHeld(
              volume.name(), volume.driver(), volume.options(), volume.labels(), subject.id());
      if (created.isNew()) {
        made.add(created.volume().name());
      }
      return volume.named(created.volume().name(), created.volume().driver());
    } catch (NotFound e) {
      // The stock client takes "not found" for the container's image and pulls that.
      throw new InvalidArgument(e.getMessage());
    }
  }

  private Mount.Image claim(Subject subject, Mount.Image mount) {
    try {
      var image = images.require(mount.reference());
      layers.hold(holder(subject.id(), mount), image.diffIds());
      return new Mount.Image(
          image.id().toString(), mount.target(), mount.subpath(), image.diffIds());
    } catch (NotFound e) {
      throw new InvalidArgument(e.getMessage());
    }
  }

  private static String holder(String containerId, Mount.Image mount) {
    return "container:%s:image:%s".formatted(containerId, mount.target());
  }

  /** Gives fresh volumes what the image has where they are mounted. */
  private void fill(Subject subject, List<Mount> mounts) {
    for (Mount mount : mounts) {
      if (mount instanceof Mount.Volume volume
          && !volume.noCopy()
          && volume.subpath().isEmpty()
          && volumes.isFresh(volume.name())) {
        try (var view = layers.view(subject.active().chain())) {
          fill(subject, volume, view.merged());
        }
      }
    }
  }

  private void fill(Subject subject, Mount.Volume volume, Path image) {
    try (var top = Open.open(ByteStrings.ofPath(image), O_PATH | O_DIRECTORY)) {
      Optional<Fd> source = directory(top, volume.target());
      try {
        volumes.initialise(volume.name(), source, subject.user());
      } finally {
        source.ifPresent(Fd::close);
      }
    } catch (ErrnoException e) {
      throw MountSources.failed("initialise volume " + volume.name(), e);
    }
  }

  private static Optional<Fd> directory(Fd top, String path) throws ErrnoException {
    try {
      return Optional.of(
          Open.inRoot(top, ByteStrings.ofText(path), O_RDONLY | O_DIRECTORY | O_NONBLOCK));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void undo(String id, List<Mount> mounts, List<String> made, StowageException why) {
    try {
      made.forEach(name -> volumes.releaseAndRemove(name, id));
      release(id, mounts, false);
    } catch (StowageException e) {
      why.addSuppressed(e);
    }
  }

  /** At the agent's start: holds what a container of an earlier life has claimed. */
  public void reclaim(String containerId, List<Mount> mounts) {
    for (Mount mount : mounts) {
      switch (mount) {
        case Mount.Volume volume -> {
          if (volumes.find(volume.name()).isPresent()) {
            volumes.hold(volume.name(), containerId);
          }
        }
        case Mount.Image image -> layers.hold(holder(containerId, image), image.chain());
        case Mount.Bind _, Mount.Tmpfs _ -> {}
      }
    }
  }

  /**
   * At the agent's start: takes over the root of a container that still runs, or that ran when the
   * agent ended: then {@link #unmount} takes it down.
   */
  public void adopt(Subject subject, List<Mount> mounts) {
    sessions.adopt(subject, mounts);
  }

  /**
   * Makes the root; when it is made already (also for {@code docker cp} at this moment) only counts
   * one more user. All or nothing: after a failure nothing stays mounted.
   *
   * @param files the container's own files by target: /etc/hosts, /etc/hostname, /etc/resolv.conf;
   *     a mount of the same target goes before
   */
  public Mounted mount(Subject subject, List<Mount> mounts, Map<String, Path> files) {
    var mounted = sessions.enter(subject, mounts, files);
    for (var volume : volumesOf(mounts)) {
      events.tell(
          "volume",
          "mount",
          volume.name(),
          Map.of(
              "container", subject.id(),
              "destination", volume.target(),
              "driver", volume.driver(),
              "propagation", "",
              "read/write", Boolean.toString(!volume.readOnly())));
    }
    return mounted;
  }

  /** The same for the agent's own look inside, which is nobody's event. */
  Mounted enter(Subject subject, List<Mount> mounts, Map<String, Path> files) {
    return sessions.enter(subject, mounts, files);
  }

  /** Undoes {@link #enter}. */
  void leave(String containerId) {
    sessions.leave(containerId);
  }

  /** Counts one user less, and takes everything down after the last; not mounted is fine. */
  public void unmount(String containerId) {
    var mounts = sessions.leave(containerId);
    for (var volume : volumesOf(mounts)) {
      events.tell(
          "volume",
          "unmount",
          volume.name(),
          Map.of("container", containerId, "driver", volume.driver()));
    }
  }

  private static List<Mount.Volume> volumesOf(List<Mount> mounts) {
    return mounts.stream()
        .filter(Mount.Volume.class::isInstance)
        .map(Mount.Volume.class::cast)
        .toList();
  }

  /**
   * At remove: lets the volumes go.
   *
   * @param removeAnonymous whether anonymous volumes of this container are removed, unless another
   *     container holds them
   */
  public void release(String containerId, List<Mount> mounts, boolean removeAnonymous) {
    for (Mount mount : mounts) {
      switch (mount) {
        case Mount.Volume volume -> {
          if (removeAnonymous && volume.anonymous()) {
            volumes.releaseAndRemove(volume.name(), containerId);
          } else {
            volumes.release(volume.name(), containerId);
          }
        }
        case Mount.Image image -> layers.release(holder(containerId, image));
        case Mount.Bind _, Mount.Tmpfs _ -> {}
      }
    }
  }
}
