package stowage.container;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_PATH;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.container.MountApplier.RuntimeMount;
import stowage.container.MountApplier.Subject;
import stowage.layer.LayerStore;
import stowage.layer.View;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.volume.Volumes;

/**
 * Puts all mounts of one container in their places, and takes them down again.
 *
 * <p>Whatever lies on the root's own /dev, /proc or /sys would be covered by what the runtime
 * mounts there: those mounts are put aside, in a small tmpfs of the container's, and named to the
 * runtime.
 */
final class RootAssembly {
  private static final List<String> RUNTIMES_OWN = List.of("/dev", "/proc", "/sys");
  private static final int TMPFS_MODE = 01777;

  private final MountSources sources;
  private final Path run;
  private final LayerStore layers;
  private final Volumes volumes;

  RootAssembly(Path root, Path run, LayerStore layers, Volumes volumes) {
    this.sources = new MountSources(root);
    this.run = run;
    this.layers = layers;
    this.volumes = volumes;
  }

  /** One container's mounts while they are being put in place. */
  private static final class Work {
    final Subject subject;
    final Fd root;
    final List<View> views = new ArrayList<>();
    final List<RuntimeMount> aside = new ArrayList<>();

    Work(Subject subject, Fd root) {
      this.subject = subject;
      this.root = root;
    }
  }

  /** What a root's mounts need to stay alive, and what is left for the runtime. */
  record Assembled(List<View> views, List<RuntimeMount> aside) {}

  /**
   * Puts everything on {@code subject.active().merged()}, which is mounted. When it fails, the
   * caller takes down.
   *
   * @param views filled as layers are mounted, also when it fails
   */
  Assembled assemble(
      Subject subject, List<Mount> mounts, Map<String, Path> files, List<View> views) {
    try (var root =
        Open.open(ByteStrings.ofPath(subject.active().merged()), O_PATH | O_DIRECTORY)) {
      // What is mounted on it must not appear anywhere else.
      Mounts.mountSetattr(root, 0, 0, 0, Mounts.MS_PRIVATE);
      var work = new Work(subject, root);
      for (String own : RUNTIMES_OWN) {
        checkRuntimesOwn(root, own);
      }
      for (Object each : inOrder(mounts, files)) {
        if (each instanceof Mount mount) {
          place(work, mount);
        } else {
          place(work, (FileBind) each);
        }
        views.addAll(work.views);
        work.views.clear();
      }
      return new Assembled(views, work.aside);
    } catch (IOException e) {
      throw MountSources.failed("mount the root of container " + subject.id(), e);
    }
  }

  /** A file of the container's own, such as /etc/hosts. */
  private record FileBind(String target, Path source) {}

  private static List<Object> inOrder(List<Mount> mounts, Map<String, Path> files) {
    var all = new TreeMap<String, Object>(
        Comparator.comparingInt((String target) -> Paths.parts(target).size())
            .thenComparing(Comparator.naturalOrder()));
    files.forEach((target, source) -> all.put(target, new FileBind(target, source)));
    mounts.forEach(mount -> all.put(mount.target(), mount));
    return List.copyOf(all.values());
  }

  /**
   * Makes the directories the runtime will mount on. Where an image has a symlink in their place
   * the runtime would follow it, on paths, with the host's rights (CVE-2021-30465 and its kin).
   */
  private static void checkRuntimesOwn(Fd root, String path) throws ErrnoException {
    String name = path.substring(1);
    try {
      Directory.mkdirat(root, name, 0755);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
    if (!Stat.at(root, name, false).isDirectory()) {
      throw new StowageException.Failed(
          "the image has something else than a folder at %s, where the runtime mounts its own"
              .formatted(path),
          null);
    }
  }

  private void place(Work work, FileBind file) throws IOException {
    try (var source = Open.open(ByteStrings.ofPath(file.source()), O_PATH);
        var tree = Mounts.openTree(source, "", Mounts.OPEN_TREE_CLONE)) {
      Mounts.mountSetattr(tree, 0, 0, 0, Mounts.MS_PRIVATE);
      put(work, tree, file.target(), "rprivate", false);
    }
  }

  private void place(Work work, Mount mount) throws IOException {
    switch (mount) {
      case Mount.Bind bind -> {
        try (var source = sources.open(bind);
            var tree = MountSources.bind(bind, source, work.subject.user())) {
          put(work, tree, bind.target(), bind.propagation().word(), bind.readOnly());
        }
      }
      case Mount.Volume volume -> {
        String top = volumes.mount(volume.name(), work.subject.id());
        try (var tree =
            MountSources.subtree(
                "volume " + volume.name(),
                ByteStrings.ofText(top),
                volume.subpath(),
                volume.readOnly())) {
          put(work, tree, volume.target(), "rprivate", volume.readOnly());
        }
      }
      case Mount.Image image -> {
        var view = layers.view(image.chain());
        work.views.add(view);
        String top = ByteStrings.ofPath(view.merged());
        try (var tree =
            MountSources.subtree("image " + image.reference(), top, image.subpath(), true)) {
          put(work, tree, image.target(), "rprivate", true);
        }
      }
      case Mount.Tmpfs tmpfs -> {
        try (var place = target(work.root, tmpfs.target(), RootWalk.Missing.DIRECTORY);
            var tree = MountSources.tmpfs(tmpfs, modeOf(place))) {
          put(work, tree, tmpfs.target(), "rprivate", tmpfs.readOnly());
        }
      }
    }
  }

  /** A tmpfs takes the mode of the directory it covers; a fresh one is everybody's. */
  private static int modeOf(RootWalk place) throws ErrnoException {
    return place.madeLast() ? TMPFS_MODE : Stat.of(place.fd()).permissions();
  }

  private void put(Work work, Fd tree, String target, String propagation, boolean readOnly)
      throws IOException {
    boolean directory = Stat.of(tree).isDirectory();
    if (isRuntimesOwn(target)) {
      aside(work, tree, target, directory, propagation, readOnly);
      return;
    }
    var missing = directory ? RootWalk.Missing.DIRECTORY : RootWalk.Missing.FILE;
    try (var place = target(work.root, target, missing)) {
      if (isRuntimesOwn(place.path())) {
        aside(work, tree, place.path(), directory, propagation, readOnly);
        return;
      }
      if (Stat.of(place.fd()).isDirectory() != directory) {
        throw new InvalidArgument(
            directory
                ? "cannot mount volume over existing file, file exists " + target
                : "cannot mount a file over the folder %s of the container".formatted(target));
      }
      Mounts.moveMount(tree, place.fd(), "");
    }
  }

  private static RootWalk target(Fd root, String target, RootWalk.Missing missing)
      throws IOException {
    try {
      return RootWalk.to(root, ByteStrings.ofText(target), missing);
    } catch (NotDirectoryException e) {
      throw new InvalidArgument(
          "cannot mount at %s: %s is a file in the container"
              .formatted(target, ByteStrings.text(e.getMessage())));
    } catch (FileSystemLoopException e) {
      throw new InvalidArgument(
          "cannot mount at %s: too many symlinks in the container".formatted(target));
    }
  }

  private static boolean isRuntimesOwn(String target) {
    return RUNTIMES_OWN.stream().anyMatch(own -> Paths.isWithin(target, own));
  }

  private void aside(
      Work work, Fd tree, String target, boolean directory, String propagation, boolean readOnly)
      throws IOException {
    Path folder = asideFolder(work.subject.id());
    if (work.aside.isEmpty()) {
      Files.createDirectories(folder);
      try (var fs = Mounts.fsopen("tmpfs")) {
        Mounts.fsconfigString(fs, "mode", "700");
        Mounts.fsconfigCreate(fs);
        try (var mount = Mounts.fsmount(fs, 0);
            var at = Open.open(ByteStrings.ofPath(folder), O_PATH | O_DIRECTORY)) {
          Mounts.moveMount(mount, at, "");
          // Else it would show up wherever the agent's run folder is shared with.
          Mounts.mountSetattr(mount, 0, 0, 0, Mounts.MS_PRIVATE);
        }
      }
    }
    Path source = folder.resolve(Integer.toString(work.aside.size()));
    if (directory) {
      Files.createDirectory(source);
    } else {
      Files.createFile(source);
    }
    try (var at = Open.open(ByteStrings.ofPath(source), O_PATH)) {
      Mounts.moveMount(tree, at, "");
    }
    var options = new ArrayList<>(List.of("rbind", propagation));
    if (readOnly) {
      options.add("ro");
    }
    work.aside.add(new RuntimeMount(target, source.toString(), options));
  }

  private Path asideFolder(String id) {
    return run.resolve("aside").resolve(id);
  }

  /** The runtime's word for the whole root's propagation; empty when nothing needs one. */
  static String rootPropagation(List<Mount> mounts) {
    var words = new java.util.HashSet<Mount.Propagation>();
    for (Mount mount : mounts) {
      if (mount instanceof Mount.Bind bind) {
        words.add(bind.propagation());
      }
    }
    if (words.stream().anyMatch(Set.of(Mount.Propagation.SHARED,
        Mount.Propagation.RSHARED)::contains)) {
      return "shared";
    }
    return words.stream().anyMatch(Set.of(Mount.Propagation.SLAVE,
        Mount.Propagation.RSLAVE)::contains) ? "rslave" : "";
  }

  /** Takes everything off a root and out of the aside folder; nothing there is fine. */
  void takeDown(String id, Path merged) {
    try {
      detach(merged, false);
      Path folder = asideFolder(id);
      detach(folder, true);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw MountSources.failed("unmount the root of container " + id, e);
    }
  }

  /** Takes down whatever an earlier life of the agent has mounted for a container. */
  void takeDownLeftovers(String id) {
    String prefix = ByteStrings.ofPath(run) + "/";
    Set<String> roots = new LinkedHashSet<>();
    try {
      for (var mount : MountTable.own()) {
        String at = mount.mountPoint();
        int found = at.startsWith(prefix) ? (at + "/").indexOf("/" + id + "/") : -1;
        if (found >= 0) {
          roots.add(at.substring(0, found + 1 + id.length()));
        }
      }
      for (String root : roots) {
        detach(Path.of(ByteStrings.text(root)), true);
      }
    } catch (IOException e) {
      throw MountSources.failed("unmount what is left of container " + id, e);
    }
  }

  /**
   * Detaches a mount with all on it; with {@code always} false only if there is something on it.
   */
  private static void detach(Path at, boolean always) throws IOException {
    String path = ByteStrings.ofPath(at);
    while (true) {
      var table = MountTable.own();
      boolean here = table.stream().anyMatch(mount -> mount.mountPoint().equals(path));
      boolean below = table.stream().anyMatch(mount -> mount.mountPoint().startsWith(path + "/"));
      if (!here || !always && !below) {
        return;
      }
      try (var top = Open.open(path, O_PATH | O_DIRECTORY)) {
        // First: taking down what is shared with the host would take it down there, too.
        Mounts.mountSetattr(top, Mounts.AT_RECURSIVE, 0, 0, Mounts.MS_PRIVATE);
      }
      Mounts.umount2(path, Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
    }
  }
}
