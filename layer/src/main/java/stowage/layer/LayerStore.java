package stowage.layer;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;

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
  /** Over {@code root} and {@code run}; what keeps its records and files joins with store/. */
  public LayerStore(Path root, Path run) {}

  /** Starts a lease for an operation in flight. */
  public Lease lease() {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Makes what only the whole chain can tell: owners of directories a layer merely implies, and
   * hard links into layers below. Views and trees do it by themselves; a pull does it early, to
   * fail early.
   *
   * @throws stowage.base.StowageException.Corrupt if a hard link leads nowhere
   */
  public void complete(List<Digest> chain) {
    throw new UnsupportedOperationException();
  }

  public Optional<Layer> find(Digest diffId) {
    throw new UnsupportedOperationException();
  }

  /** Every layer, by diffId. */
  public List<Layer> list() {
    throw new UnsupportedOperationException();
  }

  /**
   * Keeps a chain from being removed. Holders are named {@code image:<id>}, {@code container:<id>};
   * they are not durable: their owners tell them again at every start, before {@link #sweep}.
   * Holding again under the same name replaces what it held.
   */
  public void hold(String holder, List<Digest> chain) {
    throw new UnsupportedOperationException();
  }

  /** Lets go, and removes at once what nobody holds any more; answers what was removed. */
  public List<Digest> release(String holder) {
    throw new UnsupportedOperationException();
  }

  /** After every holder is known at start: removes what nobody holds and what nothing names. */
  public void sweep() {
    throw new UnsupportedOperationException();
  }

  /** Mounts a chain's layers, read-only and shared. */
  public View view(List<Digest> chain) {
    throw new UnsupportedOperationException();
  }

  /** Makes the directories of a writable layer; asking again answers the same one. */
  public Active prepare(String id, List<Digest> chain) {
    throw new UnsupportedOperationException();
  }

  /** The writable layer that {@link #prepare} made, also in an earlier life of the agent. */
  public Optional<Active> active(String id) {
    throw new UnsupportedOperationException();
  }

  /** Mounts it and answers {@code active.merged()}; mounted already, also long ago, is fine. */
  public Path mount(Active active) {
    throw new UnsupportedOperationException();
  }

  /** Unmounts it; not mounted is fine. What was written stays. */
  public void unmount(Active active) {
    throw new UnsupportedOperationException();
  }

  /** Unmounts it and removes what was written; not there is fine. */
  public void remove(Active active) {
    throw new UnsupportedOperationException();
  }

  /** Bytes and files written to it, as {@code docker ps --size} counts them. */
  public Usage usage(Active active) {
    throw new UnsupportedOperationException();
  }

  /** Looks into a chain without mounting it. */
  public Tree tree(List<Digest> chain) {
    throw new UnsupportedOperationException();
  }

  /** What differs from the chain below, sorted by path. */
  public List<PathChange> changes(Active active) {
    throw new UnsupportedOperationException();
  }

  /** Makes a new layer of what was written; the active layer stays as it is. */
  public Imported commit(Active active, Lease lease) {
    throw new UnsupportedOperationException();
  }

  /** The layer's exact bytes; the stream holds the layer until it is closed. */
  public InputStream tar(Digest diffId) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads layers again and compares them with what they should be; wrong ones are marked, wrong
   * indexes rebuilt.
   *
   * @param only these, or all when empty
   * @param after goes on behind this one, from an earlier report's {@code next}
   * @param progress told the bytes read
   */
  public CheckReport check(List<Digest> only, Optional<Digest> after, Progress progress) {
    throw new UnsupportedOperationException();
  }

  /** Whether layers are mounted through EROFS or unpacked, and why, for {@code stowage info}. */
  public String how() {
    throw new UnsupportedOperationException();
  }

  /** Lets go of what this life of the agent keeps open; mounts in use stay. */
  @Override
  public void close() {}

  /** What a writable layer takes. */
  public record Usage(long bytes, long files) {}
}
