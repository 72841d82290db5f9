package stowage.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.StowageException.Failed;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Stat;

/**
 * The mounts of layers under {@code <run>/mounts}: each index at most once, shared and counted, and
 * kept for a while after its last use, since mounting and unmounting cost more than all else of a
 * short container. An overlay keeps its layers by itself once it is mounted, so those of an earlier
 * life of the agent are simply taken away. Nothing mounted here is seen by other mount namespaces
 * that share mounts with ours, where it would keep what we unmount.
 */
final class LayerMounts {
  private static final int IDLE_MAX = 64;

  private final LayerForm form;
  private final Path mounts;
  private final Path layers;
  private final Path views;
  private final Path empty;
  private final AtomicLong names = new AtomicLong();
  private final Map<String, Mounted> mounted = new HashMap<>(); // by index; guarded by this

  /** Those that nobody uses, the longest idle first; guarded by this. */
  private final LinkedHashSet<Mounted> idle = new LinkedHashSet<>();

  /** A layer's mount and how many use it. */
  static final class Mounted {
    final Stack.Placed layer;
    final Path at;
    private int users; // guarded by the mounts

    private Mounted(Stack.Placed layer, Path at) {
      this.layer = layer;
      this.at = at;
    }
  }

  LayerMounts(Path run, Function<Path, LayerForm> form) {
    mounts = run.resolve("mounts");
    layers = mounts.resolve("layers");
    views = mounts.resolve("views");
    empty = mounts.resolve("empty");
    try {
      Files.createDirectories(mounts);
      keepToOurselves();
      Files.createDirectories(layers);
      Files.createDirectories(views);
      Files.createDirectories(empty);
      clear(layers);
      clear(views);
      this.form = form.apply(layers);
    } catch (IOException e) {
      throw new Failed("cannot prepare " + mounts + ": " + e.getMessage(), e);
    }
  }

  private void keepToOurselves() throws IOException {
    var path = ByteStrings.ofPath(mounts);
    if (!Stat.path(path, true).mountRoot()) {
      Mounts.mount(path, path, "", Mounts.MS_BIND, "");
    }
    Mounts.mount("none", path, "", Mounts.MS_PRIVATE, "");
  }

  private static void clear(Path folder) throws IOException {
    var prefix = ByteStrings.ofPath(folder) + "/";
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(prefix)) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
    try (var left = Files.list(folder)) {
      for (var directory : left.toList()) {
        Files.delete(directory);
      }
    }
  }

  /** An empty directory, to stand below the layers of an image that has none. */
  Path empty() {
    return empty;
  }

  /** Where overlays of containers are mounted. */
  Path mounts() {
    return mounts;
  }

  /** Mounts layers or joins those who use them; answers in the same order. */
  synchronized List<Mounted> acquire(List<Stack.Placed> placed) {
    var acquired = new ArrayList<Mounted>();
    boolean isDone = false;
    try {
      for (var layer : placed) {
        var there = mounted.get(layer.index());
        if (there == null) {
          there = new Mounted(layer, form.show(layer));
          mounted.put(layer.index(), there);
        }
        idle.remove(there);
        there.users++;
        acquired.add(there);
      }
      isDone = true;
      return acquired;
    } finally {
      if (!isDone) {
        release(acquired);
      }
    }
  }

  /** Leaves layers; those that nobody uses any more stay mounted for a while, and warm. */
  synchronized void release(List<Mounted> acquired) {
    for (var layer : acquired) {
      layer.users--;
      if (layer.users == 0) {
        if (mounted.get(layer.layer.index()) == layer) {
          idle.add(layer);
        } else {
          takeAway(layer); // its files have been replaced since
        }
      }
    }
    while (idle.size() > IDLE_MAX) {
      takeAway(idle.getFirst());
    }
  }

  private void takeAway(Mounted layer) {
    idle.remove(layer);
    mounted.remove(layer.layer.index(), layer);
    form.hide(layer.at);
  }

  /** Unmounts a layer, at once or when its last user leaves it: its files go or are replaced. */
  synchronized void forget(Digest diffId) {
    for (var layer : List.copyOf(mounted.values())) {
      if (layer.layer.diffId().equals(diffId)) {
        mounted.remove(layer.layer.index());
        if (idle.contains(layer)) {
          takeAway(layer);
        }
      }
    }
    form.drop(diffId);
  }

  /** Removes what is shown of layers that are not wanted. */
  void sweep(Predicate<String> isWanted) {
    form.sweep(isWanted);
  }

  String how() {
    return form.how();
  }

  /** Unmounts what nobody uses. */
  synchronized void takeIdleAway() {
    List.copyOf(idle).forEach(this::takeAway);
  }

  /** The same, and leaves no mount at all if no container has one. */
  void close() {
    takeIdleAway();
    try {
      Mounts.umount2(ByteStrings.ofPath(mounts), 0);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EBUSY) && !e.is(Errno.EINVAL)) {
        throw new Failed("cannot unmount %s: %s".formatted(mounts, e.getMessage()), e);
      }
    }
  }

  /** A fresh directory to mount a view at. */
  Path viewDirectory() {
    try {
      return Files.createDirectory(views.resolve(Long.toString(names.incrementAndGet(), 36)));
    } catch (IOException e) {
      throw new Failed("cannot make a directory in " + views + ": " + e.getMessage(), e);
    }
  }

  static void delete(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new Failed("cannot remove " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Unmounts, at once if nobody is in there, else as soon as nobody is; not mounted is fine. */
  static void unmount(Path at) {
    var path = ByteStrings.ofPath(at);
    try {
      Mounts.umount2(path, Mounts.UMOUNT_NOFOLLOW);
    } catch (ErrnoException e) {
      if (e.is(Errno.EINVAL) || e.is(Errno.ENOENT)) {
        return;
      }
      try {
        Mounts.umount2(path, Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
      } catch (ErrnoException lazily) {
        throw new Failed("cannot unmount %s: %s".formatted(at, lazily.getMessage()), lazily);
      }
    }
  }

  /** Whether something is mounted right there. */
  static boolean isMounted(Path at) {
    try {
      return Stat.path(ByteStrings.ofPath(at), false).mountRoot();
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw new Failed("cannot look at %s: %s".formatted(at, e.getMessage()), e);
    }
  }
}
