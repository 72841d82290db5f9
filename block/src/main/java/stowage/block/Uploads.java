package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import stowage.base.StowageException;
import stowage.chunk.SnapshotWriter;

/** Copies the content of a frozen chain into the region: what changed since a parent, or all. */
final class Uploads {
  /** Told after each chunk. */
  interface Watch {
    /** False to give up, to go on later. */
    boolean at(int percent);
  }

  private final RegionChunks region;

  Uploads(RegionChunks region) {
    this.region = region;
  }

  /**
   * Copies one snapshot; what an earlier try has stored is not stored again.
   *
   * @return bytes new to the region, or empty if the watch gave up
   */
  Optional<Long> copy(SnapshotRecord snapshot, Chain chain, Watch watch) throws IOException {
    int since = since(snapshot);
    Optional<String> parent =
        since < 0 ? Optional.empty() : Optional.of(snapshot.chain().get(since).snapshot());
    BitSet changed = changed(chain, since < 0 ? chain.layers().size() : since);
    if (since < 0 && chain.base() != null) {
      changed.set(0, Math.toIntExact(chain.base().chunks()));
    }
    int chunks = (int) ((snapshot.sizeBytes() + Base.CHUNK - 1) >> Base.SHIFT);
    changed.clear(chunks, Math.max(chunks, changed.length())); // of a larger origin's layers
    try (SnapshotWriter writer = region.begin(snapshot.id(), snapshot.sizeBytes(), parent)) {
      int total = Math.max(1, changed.cardinality());
      int done = 0;
      for (int c = changed.nextSetBit(0); c >= 0; c = changed.nextSetBit(c + 1)) {
        if (!writer.has(c)) {
          copy(chain, c, snapshot.sizeBytes(), writer);
        }
        done++;
        if (!watch.at((int) (99L * done / total))) {
          return Optional.empty();
        }
      }
      writer.commit();
      return Optional.of(writer.storedBytes());
    } catch (StowageException.AlreadyExists completed) {
      return Optional.of(0L); // before a crash that nobody could note it
    }
  }

  /** The index in the chain of the newest older snapshot that the region has; -1: none. */
  private int since(SnapshotRecord snapshot) {
    for (int i = 1; i < snapshot.chain().size(); i++) {
      String older = snapshot.chain().get(i).snapshot();
      if (!older.isEmpty() && region.has(older)) {
        return i;
      }
    }
    return -1;
  }

  /** The chunks of which one of the first so many layers has a block. */
  private static BitSet changed(Chain chain, int layers) {
    var changed = new BitSet();
    int wordsShift = Base.SHIFT - CowDevice.SHIFT - 6;
    for (int i = 0; i < layers; i++) {
      chain.layers().get(i).bits().forEach((word, bits) -> changed.set(word >> wordsShift));
    }
    return changed;
  }

  private static void copy(Chain chain, int chunk, long sizeBytes, SnapshotWriter writer)
      throws IOException {
    ByteBuffer bytes = Scratch.CHUNKS.lend();
    try {
      long offset = (long) chunk << Base.SHIFT;
      bytes.limit((int) Math.min(Base.CHUNK, sizeBytes - offset));
      for (long missing = 0; missing != Chain.DONE; ) {
        missing = chain.read(0, offset + bytes.position(), bytes);
        if (missing != Chain.DONE) {
          chain.base().fetch(Math.toIntExact(missing));
        }
      }
      writer.put(chunk, bytes.flip());
    } finally {
      Scratch.CHUNKS.giveBack(bytes);
    }
  }
}
