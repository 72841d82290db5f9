package stowage.chunk;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException;
import stowage.base.Time;

/**
 * The region's snapshots as chunks named by their content, each stored once. Safe for several
 * processes of one machine on one folder, and any thread.
 *
 * <p>A snapshot is completed when {@link SnapshotWriter#commit} returns: it is durable then, with
 * everything it names.
 */
public final class ChunkStore implements AutoCloseable {
  /** Bytes in a chunk: EBS's snapshot block. */
  public static final int CHUNK = 512 << 10;

  private ChunkStore() {}

  /** Opens the store in a folder, made if need be, with the keys in {@code keys} beside it. */
  public static ChunkStore open(Path folder, Time time) {
    return new ChunkStore();
  }

  /** The keys that encrypted snapshots are opened with. */
  public KeyRing keys() {
    throw notBuilt();
  }

  /** A completed snapshot. */
  public Optional<SnapshotManifest> find(String snapshotId) {
    throw notBuilt();
  }

  /** The ids of all completed snapshots, sorted. */
  public List<String> snapshots() {
    throw notBuilt();
  }

  /**
   * Begins a snapshot, or goes on with one of the same id, size, parent and key that a crash or a
   * close left unfinished; of another one nothing is kept.
   *
   * @param parent a completed snapshot with the same key, whose chunks are inherited
   * @throws StowageException.AlreadyExists if it is completed
   * @throws StowageException.InUse if another writer of it is open, here or in another process
   * @throws StowageException.NotFound if there is no such parent
   */
  public SnapshotWriter begin(
      String snapshotId, long sizeBytes, Optional<String> parent, Optional<DataKey> key) {
    throw notBuilt();
  }

  /** Forgets an unfinished snapshot that nobody writes; none there is fine. */
  public void abandon(String snapshotId) {
    throw notBuilt();
  }

  /** Fills {@code target}, CHUNK bytes of it, with a chunk, verified. Corrupt names both. */
  public void read(SnapshotManifest manifest, int chunk, ByteBuffer target) {
    throw notBuilt();
  }

  /** Removes a snapshot; not there is fine. {@link #sweep} frees what only it named. */
  public void delete(String snapshotId) {
    throw notBuilt();
  }

  /**
   * Keeps what a snapshot names for someone who reads from it for long, as a volume does that was
   * made from it, though the snapshot be deleted. Durable when it returns.
   *
   * @param name the pin's, as in {@code vol-0123456789abcdef0}; pinning the same again is fine
   * @throws StowageException.NotFound if there is no such snapshot
   */
  public SnapshotManifest pin(String name, String snapshotId) {
    throw notBuilt();
  }

  /** What a pin keeps. */
  public Optional<SnapshotManifest> pinned(String name) {
    throw notBuilt();
  }

  /** Lets go of a pin; not there is fine. */
  public void unpin(String name) {
    throw notBuilt();
  }

  /** What a snapshot takes, and what deleting it would free. NotFound if there is none. */
  public Usage usage(String snapshotId) {
    throw notBuilt();
  }

  /**
   * Frees what nothing names. Others may read and write meanwhile.
   *
   * @throws StowageException.Corrupt if any manifest cannot be read; nothing is removed then
   */
  public Swept sweep() {
    throw notBuilt();
  }

  /** Verifies stored bytes, puts damaged ones in quarantine and others in their place if it can. */
  public ScrubReport scrub(Scrub scrub, Healer healer) {
    throw notBuilt();
  }

  private static StowageException notBuilt() {
    return new StowageException.Unsupported("not built yet");
  }

  @Override
  public void close() {}
}
