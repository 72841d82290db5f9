package stowage.layer;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Attributes;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Rename;
import stowage.linux.Xattrs;
import stowage.store.Disk;
import stowage.store.Publish;

/**
 * The writable layers: {@code <root>/containers/<id>/upper} and {@code work}, and their overlays at
 * {@code <run>/mounts/containers/<id>}. Calls for one id come one at a time.
 */
final class Actives {
  private static final String FOLDER = "containers";
  private static final String UPPER = "upper";
  private static final String WORK = "work";

  private final Path root;
  private final Disk disk;
  private final LayerMounts mounts;
  private final Path mergedFolder;

  /** What a mounted one keeps its layers with; guarded by this. */
  private final Map<String, View> views = new HashMap<>();

  Actives(Path root, Disk disk, Publish publish, LayerMounts mounts) {
    this.root = root;
    this.disk = disk;
    this.mounts = mounts;
    mergedFolder = mounts.mounts().resolve(FOLDER);
    publish.folder(FOLDER);
    try {
      Files.createDirectories(mergedFolder);
    } catch (IOException e) {
      throw new Failed("cannot make " + mergedFolder + ": " + e.getMessage(), e);
    }
  }

  Active active(String id, List<Digest> chain) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")) {
      throw new InvalidArgument("container id", id, "letters, digits, '_', '.', '-'");
    }
    return new Active(
        id, chain, root.resolve(name(id, UPPER)).toAbsolutePath(), mergedFolder.resolve(id));
  }

  private static String name(String id, String part) {
    return FOLDER + "/" + id + "/" + part;
  }

  private Path work(Active active) {
    return root.resolve(name(active.id(), WORK));
  }

  boolean isPrepared(Active active) {
    return Files.isDirectory(active.upper(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Makes the directories; the root of what will be seen is as the chain's. Nothing is synced: what
   * a crash takes back here is empty, and is made again. The upper directory gets its name last.
   */
  void prepare(Active active, Optional<ErrnoTask> attributes) {
    var half = active.upper().resolveSibling(UPPER + ".new");
    try {
      Files.createDirectories(work(active));
      Files.createDirectories(half);
      try (var upper = Open.open(ByteStrings.ofPath(half), Open.O_DIRECTORY)) {
        Attributes.fchmod(upper, 0755);
        if (attributes.isPresent()) {
          attributes.get().run(upper);
        }
      }
      Rename.noReplace(ByteStrings.ofPath(half), ByteStrings.ofPath(active.upper()));
    } catch (IOException e) {
      throw new Failed("cannot prepare %s: %s".formatted(active.id(), e.getMessage()), e);
    }
  }

  /** Something done to a directory. */
  interface ErrnoTask {
    void run(Fd directory) throws ErrnoException;
  }

  /** Gives a directory the owner, mode and xattrs of another of a chain. */
  static ErrnoTask like(ErofsReader.Stored root) {
    return directory -> {
      Attributes.fchown(directory, root.uid(), root.gid());
      Attributes.fchmod(directory, root.mode() & 07777);
      for (var xattr : root.xattrs().entrySet()) {
        if (!ErofsXattrs.isControl(xattr.getKey())) {
          setXattr(directory, xattr);
        }
      }
    };
  }

  private static void setXattr(Fd directory, Map.Entry<String, String> xattr)
      throws ErrnoException {
    try {
      Xattrs.set(directory, xattr.getKey(), ByteStrings.bytes(xattr.getValue()), 0);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
  }

  /** Mounts one, unless it is mounted; {@code view} is then kept until it is unmounted. */
  void mount(Active active, View view) {
    var lower = view.lowerPaths();
    try {
      Files.createDirectories(active.merged());
      Overlay.mount(
          lower.isEmpty() ? List.of(mounts.empty()) : lower,
          Optional.of(new Overlay.Writable(active.upper(), work(active))),
          active.merged());
    } catch (IOException e) {
      throw new Failed("cannot mount %s: %s".formatted(active.id(), e.getMessage()), e);
    }
    synchronized (this) {
      views.put(active.id(), view);
    }
  }

  static boolean isMounted(Active active) {
    return LayerMounts.isMounted(active.merged());
  }

  void unmount(Active active) {
    LayerMounts.unmount(active.merged());
    LayerMounts.delete(active.merged());
    View view;
    synchronized (this) {
      view = views.remove(active.id());
    }
    if (view != null) {
      view.close();
    }
  }

  void remove(Active active) {
    unmount(active);
    try {
      disk.removeTree(name(active.id(), UPPER));
      disk.removeTree(name(active.id(), UPPER + ".new"));
      disk.removeTree(name(active.id(), WORK));
      Files.deleteIfExists(root.resolve(FOLDER).resolve(active.id()));
    } catch (DirectoryNotEmptyException others) {
      // What else is in there is its owner's to remove.
    } catch (IOException e) {
      throw Disk.failure("remove what " + active.id() + " wrote", e);
    }
  }
}
