package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.Time;
import stowage.store.Disk;
import stowage.store.Publish;
import stowage.store.Records;

/**
 * The layers of one data root: {@code <root>/layers}, their mounts under {@code <run>/mounts}, and
 * the writable layers under {@code <root>/containers}. Safe for many threads.
 *
 * <p>Methods throw {@link stowage.base.StowageException} only: {@code Corrupt} when bytes are not
 * what they should be, {@code LimitExceeded} when the disk is full or a named limit is passed,
 * {@code NotFound} for a layer that is not here, {@code Failed} when the machine failed. Whatever
 * fails leaves nothing behind.
 */
public final class LayerStore implements AutoCloseable {
  private final Path root;
  private final Shelf shelf;
  private final Locks<Digest> locks = new Locks<>();
  private final Holders holders = new Holders();
  private final Importer importer;
  private final Chains chains;
  private final LayerMounts mounts;
  private final Actives actives;

  /** Whether all holders are known: nothing is removed before. */
  private volatile boolean removes;

  /**
   * Opens the layers of a data root; mounts of layers that an earlier life of the agent left are
   * taken away, those of containers stay.
   *
   * @param disk the data root, {@code root}, as a disk
   * @param publish puts files on it
   */
  public LayerStore(
      Path root, Path run, Disk disk, Publish publish, Records records, Time time) {
    this(root, run, disk, publish, records, time, Showing.BEST);
  }

  /** The same, with a way of showing layers that is chosen and not found out. */
  public LayerStore(
      Path root,
      Path run,
      Disk disk,
      Publish publish,
      Records records,
      Time time,
      Showing mode) {
    this.root = root;
    shelf = new Shelf(disk, publish, records);
    importer = new Importer(shelf, locks, time);
    chains = new Chains(shelf, root, locks);
    mounts = new LayerMounts(run, folder -> form(mode, root, folder, disk, publish));
    actives = new Actives(root, disk, publish, mounts);
  }

  /** Unmounts layers that nobody uses and that are only kept warm. */
  void takeIdleAway() {
    mounts.takeIdleAway();
  }

  private static LayerForm form(
      Showing mode, Path root, Path folder, Disk disk, Publish publish) {
    return switch (mode) {
      case EROFS -> new ErofsForm(root, folder, publish);
      case UNPACKED -> new UnpackedForm(root, disk, publish);
      case BEST ->
          ErofsMount.works(root, publish, folder)
              ? new ErofsForm(root, folder, publish)
              : new UnpackedForm(root, disk, publish);
    };
  }

  /** Starts a lease for an operation in flight. */
  public Lease lease() {
    return new HeldLease(holders.fresh("lease"));
  }

  /**
   * Imports a layer's blob in one pass: gzip, zstd or plain tar. Durable when it returns, and held
   * by {@code lease}. A layer that is here already is compared with what arrives and replaced if it
   * differs. Reads {@code blob} to its end and does not close it.
   *
   * @param expected the diffId it must have; another is Corrupt, and nothing stays
   * @param progress told the bytes read of the blob, as part {@code progressId}
   */
  public Imported add(
      InputStream blob,
      Optional<Digest> expected,
      Lease lease,
      Progress progress,
      String progressId) {
    var imported = importer.add(blob, expected, lease, progress, progressId);
    if (imported.fresh()) {
      mounts.forget(imported.layer().diffId());
    }
    return imported;
  }

  /**
   * Makes what only the whole chain can tell: owners of directories a layer merely implies, and
   * hard links into layers below. Views and trees do it by themselves; a pull does it early, to
   * fail early.
   *
   * @throws stowage.base.StowageException.Corrupt if a hard link leads nowhere
   */
  public void complete(List<Digest> chain) {
    try (var held = new Hold("complete", chain)) {
      assert held != null;
      chains.settle(chain);
    }
  }

  public Optional<Layer> find(Digest diffId) {
    return shelf.find(diffId).map(Facts::layer);
  }

  /** Every layer, by diffId. */
  public List<Layer> list() {
    return shelf.list().values().stream().map(Facts::layer).toList();
  }

  /**
   * Keeps a chain from being removed. Holders are named {@code image:<id>}, {@code container:<id>};
   * they are not durable: their owners tell them again at every start, before {@link #sweep}.
   * Holding again under the same name replaces what it held.
   */
  public void hold(String holder, List<Digest> chain) {
    removeFree(holders.hold(holder, chain));
  }

  /** Lets go, and removes at once what nobody holds any more; answers what was removed. */
  public List<Digest> release(String holder) {
    return removeFree(holders.release(holder));
  }

  /** After every holder is known at start: removes what nobody holds and what nothing names. */
  public void sweep() {
    removes = true;
    removeFree(shelf.list().keySet());
    shelf.sweep();
    mounts.sweep(name -> shelf.find(new Digest(name.substring(0, 64))).isPresent());
  }

  /** Mounts a chain's layers, read-only and shared. */
  public View view(List<Digest> chain) {
    var held = new Hold("view", chain);
    boolean isDone = false;
    try {
      var view = new MountedView(chain, mounts, mounts.acquire(chains.settle(chain)), held::close);
      isDone = true;
      return view;
    } finally {
      if (!isDone) {
        held.close();
      }
    }
  }

  /** Makes the directories of a writable layer; asking again answers the same one. */
  public Active prepare(String id, List<Digest> chain) {
    var active = actives.active(id, chain);
    if (actives.isPrepared(active)) {
      return active;
    }
    if (chain.isEmpty()) {
      actives.prepare(active, Optional.empty());
      return active;
    }
    try (var held = new Hold("prepare", chain);
        var stack = new Stack(root, chains.settle(chain))) {
      assert held != null;
      var top = stack.root().orElseThrow().top().inode();
      actives.prepare(active, Optional.of(Actives.like(top)));
      return active;
    }
  }

  /** Mounts it and answers {@code active.merged()}; mounted already, also long ago, is fine. */
  public Path mount(Active active) {
    if (Actives.isMounted(active)) {
      return active.merged();
    }
    var view = view(active.chain());
    boolean isDone = false;
    try {
      actives.mount(active, view);
      isDone = true;
      return active.merged();
    } finally {
      if (!isDone) {
        view.close();
      }
    }
  }

  /** Unmounts it; not mounted is fine. What was written stays. */
  public void unmount(Active active) {
    actives.unmount(active);
  }

  /** Unmounts it and removes what was written; not there is fine. */
  public void remove(Active active) {
    actives.remove(active);
  }

  /** Bytes and files written to it, as {@code docker ps --size} counts them. */
  public Usage usage(Active active) {
    try (var upper = new UpperWalk(active)) {
      return upper.usage();
    } catch (IOException e) {
      throw unreadable(active, e);
    }
  }

  /** Looks into a chain without mounting it. */
  public Tree tree(List<Digest> chain) {
    var held = new Hold("tree", chain);
    boolean isDone = false;
    try {
      var tree = new StackTree(new Stack(root, chains.settle(chain)), held::close);
      isDone = true;
      return tree;
    } finally {
      if (!isDone) {
        held.close();
      }
    }
  }

  /** What differs from the chain below, as {@code docker diff} tells it, sorted by path. */
  public List<PathChange> changes(Active active) {
    try (var held = new Hold("changes", active.chain());
        var stack = new Stack(root, chains.settle(active.chain()));
        var upper = new UpperWalk(active)) {
      assert held != null;
      return Changes.of(upper, stack);
    } catch (IOException e) {
      throw unreadable(active, e);
    }
  }

  /** Makes a new layer of what was written; the active layer stays as it is. */
  public Imported commit(Active active, Lease lease) {
    try (var held = new Hold("commit", active.chain());
        var stack = new Stack(root, chains.settle(active.chain()));
        var upper = new UpperWalk(active)) {
      assert held != null;
      var below = stack.root().map(found -> found.top().inode());
      return importer.add(belt -> UpperTar.write(upper, below, belt), lease);
    }
  }

  /** The layer's exact bytes; the stream holds the layer until it is closed. */
  public InputStream tar(Digest diffId) {
    var held = new Hold("tar", List.of(diffId));
    boolean isDone = false;
    try {
      var layer = shelf.require(diffId).layer();
      var stream = new TarStream(layer, shelf.open(Names.tar(diffId)), held::close);
      isDone = true;
      return stream;
    } finally {
      if (!isDone) {
        held.close();
      }
    }
  }

  /**
   * Reads layers again and compares them with what they should be; wrong ones are marked, wrong
   * indexes rebuilt.
   *
   * <p>A thread that is interrupted stops behind the layer it is at.
   *
   * @param only these, or all when empty
   * @param after goes on behind this one, from an earlier report's {@code next}; by diffId
   * @param progress told the bytes read
   */
  public CheckReport check(List<Digest> only, Optional<Digest> after, Progress progress) {
    var wanted = new ArrayList<Digest>();
    for (var diffId : new TreeSet<>(only.isEmpty() ? shelf.list().keySet() : only)) {
      if (after.isEmpty() || diffId.compareTo(after.get()) > 0) {
        wanted.add(diffId);
      }
    }
    try (var held = new Hold("check", wanted)) {
      assert held != null;
      var report = new Scrub(shelf, chains, locks).check(wanted, progress);
      report.repaired().forEach(mounts::forget);
      return report;
    }
  }

  /** Whether layers are mounted through EROFS or unpacked, and why, for {@code stowage info}. */
  public String how() {
    return mounts.how();
  }

  /** Lets go of what this life of the agent keeps open; mounts in use stay. */
  @Override
  public void close() {
    mounts.close();
  }

  /** Removes those of {@code layers} that nobody holds; answers them. */
  private List<Digest> removeFree(Collection<Digest> layers) {
    var removed = new ArrayList<Digest>();
    for (var diffId : removes ? layers : List.<Digest>of()) {
      if (holders.isHeld(diffId)) {
        continue; // maybe by an import that waits for its registry, with the lock
      }
      try (var mine = locks.take(diffId)) {
        assert mine != null;
        if (!holders.isHeld(diffId) && shelf.find(diffId).isPresent()) {
          mounts.forget(diffId);
          shelf.remove(diffId);
          removed.add(diffId);
        }
      }
    }
    return removed;
  }

  /** Something of ours that keeps a chain for a while. */
  private final class Hold implements AutoCloseable {
    private final String name;

    Hold(String kind, List<Digest> chain) {
      name = holders.fresh(kind);
      holders.hold(name, chain);
    }

    @Override
    public void close() {
      removeFree(holders.release(name));
    }
  }

  private final class HeldLease implements Lease {
    private final String name;

    HeldLease(String name) {
      this.name = name;
    }

    @Override
    public void hold(Digest diffId) {
      holders.add(name, diffId);
    }

    @Override
    public void close() {
      removeFree(holders.release(name));
    }
  }

  private static Failed unreadable(Active active, IOException e) {
    return new Failed("cannot read %s: %s".formatted(active.id(), e.getMessage()), e);
  }

  /** How layers become directories that overlayfs can stack. */
  public enum Showing {
    /** EROFS where the kernel has it. */
    BEST,
    EROFS,
    UNPACKED;

    /** The one that a setting names in lower case. */
    public static Showing named(String name) {
      for (var showing : values()) {
        if (showing.name().toLowerCase(Locale.ROOT).equals(name)) {
          return showing;
        }
      }
      throw new InvalidArgument("layers", name, "best, erofs or unpacked");
    }
  }

  /**
   * What a writable layer takes, as {@code docker ps --size} counts it.
   *
   * @param bytes sum of the sizes of its files, each file once
   * @param files how many names it has
   */
  public record Usage(long bytes, long files) {}
}
