package stowage.chunk;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import stowage.base.StowageException;

/**
 * A completed snapshot: which chunk of it is which object of the store. Immutable; any thread may
 * use it. Its leaves are read as they are needed.
 */
public final class SnapshotManifest {
  private final String id;
  private final long sizeBytes;
  private final Optional<DataKey> key;

  SnapshotManifest(String id, long sizeBytes, Optional<DataKey> key) {
    this.id = id;
    this.sizeBytes = sizeBytes;
    this.key = key;
  }

  /** As in {@code snap-0123456789abcdef0}. */
  public String id() {
    return id;
  }

  /** Of the volume it was taken of. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** How many chunks the size makes, zero ones included. */
  public int chunks() {
    return Math.ceilDiv(sizeBytes, ChunkStore.CHUNK) > Integer.MAX_VALUE
        ? Integer.MAX_VALUE
        : (int) Math.ceilDiv(sizeBytes, ChunkStore.CHUNK);
  }

  /** What its chunks are encrypted with. */
  public Optional<DataKey> key() {
    return key;
  }

  /** The SHA-256 of a chunk's plain bytes; empty: all zero. */
  public Optional<byte[]> digest(int chunk) {
    throw new StowageException.Unsupported("not built yet: chunk " + chunk);
  }

  /** A chunk that is not all zero, and the SHA-256 of its bytes. */
  public record Block(int chunk, byte[] digest) {}

  /** The first {@code max} chunks from {@code from} on that are not all zero. */
  public List<Block> blocks(int from, int max) {
    throw new StowageException.Unsupported("not built yet: " + from + " " + max);
  }

  /** A chunk that differs; a digest is empty where it is zero or outside. */
  public record Change(int chunk, Optional<byte[]> before, Optional<byte[]> after) {}

  /** The first {@code max} chunks from {@code from} on that are others than in {@code before}. */
  public List<Change> changes(SnapshotManifest before, int from, int max) {
    throw new StowageException.Unsupported("not built yet: " + before + from + max);
  }

  /** All chunks that are others than in {@code before}, which may be smaller or larger. */
  public IntStream changed(SnapshotManifest before) {
    throw new StowageException.Unsupported("not built yet: " + before);
  }
}
