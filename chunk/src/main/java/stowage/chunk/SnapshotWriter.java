package stowage.chunk;

import java.nio.ByteBuffer;
import stowage.base.StowageException;

/**
 * A snapshot being written; see {@link ChunkStore#begin}. Chunks that are neither put nor zeroed
 * are inherited from the parent, and zero without one.
 *
 * <p>Several threads may put at once, which is the way to be fast. After a failure other than
 * InvalidArgument the writer is of no more use: close it and begin again, which knows what is
 * durable already.
 */
public interface SnapshotWriter extends AutoCloseable {
  /**
   * Stores a chunk. The last put or zero of a chunk counts.
   *
   * @param bytes up to {@link ChunkStore#CHUNK} of them, the rest being zero; all are used
   * @throws StowageException.LimitExceeded if there is no room
   */
  void put(int chunk, ByteBuffer bytes);

  /** Says that a chunk is all zero, whatever the parent has there. */
  void zero(int chunk);

  /** Whether this chunk was put or zeroed here, or by an earlier begin of the same snapshot. */
  boolean has(int chunk);

  /** Completes the snapshot: it and all it names are durable when this returns. */
  SnapshotManifest commit();

  /** Forgets the snapshot and what was put; the next sweep frees it. */
  void abort();

  /** Bytes on disk that were new to the store. */
  long storedBytes();

  /** Lets go; unless committed or aborted, a later begin of the same snapshot goes on from here. */
  @Override
  void close();
}
