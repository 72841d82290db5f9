package stowage.chunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import stowage.base.StowageException.InvalidArgument;

/**
 * A completed snapshot: which chunk of it is which object of the store. Immutable; any thread may
 * use it. Its leaves are read as they are needed, so every call may find the store {@link
 * stowage.base.StowageException.Corrupt}, and those that answer digests the region's key missing.
 */
public final class SnapshotManifest {
  private final Root root;
  private final Leaves leaves;
  private ChunkCipher cipher; // made when it is needed first; guarded by this

  SnapshotManifest(Root root, Leaves leaves) {
    this.root = root;
    this.leaves = leaves;
  }

  /** As in {@code snap-0123456789abcdef0}. */
  public String id() {
    return root.id();
  }

  /** Of the volume it was taken of. */
  public long sizeBytes() {
    return root.sizeBytes();
  }

  /** When it was completed, in milliseconds since 1970. */
  public long completedMillis() {
    return root.completedMillis();
  }

  /** Bytes on disk that were new to the store when it was completed. */
  public long storedBytes() {
    return root.storedBytes();
  }

  /** The snapshot whose chunks it inherited; it need not be there any more. */
  public Optional<String> parent() {
    return root.parent();
  }

  /** How many chunks the size makes, zero ones included. */
  public int chunks() {
    return Math.toIntExact(Math.ceilDiv(sizeBytes(), ChunkStore.CHUNK));
  }

  /** What its chunks are encrypted with. */
  public Optional<DataKey> key() {
    return root.key();
  }

  Root root() {
    return root;
  }

  /** Null for a plain one. */
  synchronized ChunkCipher cipher() {
    if (cipher == null) {
      cipher = leaves.cipher(root.key());
    }
    return cipher;
  }

  /** The object a chunk is. */
  Name name(int chunk) {
    Objects.checkIndex(chunk, chunks());
    return leaf(chunk / Leaf.CHUNKS).map(l -> l.name(chunk % Leaf.CHUNKS)).orElse(Name.ZERO);
  }

  private Optional<Leaf> leaf(int number) {
    Name name = leafName(number);
    return name.isZero() ? Optional.empty() : Optional.of(leaves.read(name, id(), number));
  }

  private Name leafName(int number) {
    return number < root.leaves().size() ? root.leaves().get(number) : Name.ZERO;
  }

  /** The SHA-256 of a chunk's plain bytes; empty: all zero. */
  public Optional<byte[]> digest(int chunk) {
    Objects.checkIndex(chunk, chunks());
    return leaf(chunk / Leaf.CHUNKS).flatMap(leaf -> digest(leaf, chunk % Leaf.CHUNKS));
  }

  private Optional<byte[]> digest(Leaf leaf, int index) {
    var digest = leaf.digest(index);
    var open = cipher();
    return open == null ? digest : digest.map(masked -> open.mask(leaf.name(index), masked));
  }

  /** Whether a chunk is all zero, and so not stored. */
  public boolean isZero(int chunk) {
    return name(chunk).isZero();
  }

  /** A chunk that is not all zero, and the SHA-256 of its bytes. */
  public record Block(int chunk, byte[] digest) {}

  /** The first {@code max} chunks from {@code from} on that are not all zero. */
  public List<Block> blocks(int from, int max) {
    require(from, max);
    var found = new ArrayList<Block>();
    for (int chunk = from; chunk < chunks() && found.size() < max; ) {
      int end = Math.min(chunks(), (chunk / Leaf.CHUNKS + 1) * Leaf.CHUNKS);
      var leaf = leaf(chunk / Leaf.CHUNKS);
      if (leaf.isPresent()) {
        for (; chunk < end && found.size() < max; chunk++) {
          int here = chunk;
          digest(leaf.get(), chunk % Leaf.CHUNKS).ifPresent(d -> found.add(new Block(here, d)));
        }
      } else {
        chunk = end;
      }
    }
    return found;
  }

  private static void require(int from, int max) {
    if (from < 0 || max < 1) {
      throw new InvalidArgument("range", from + ", " + max, "a chunk and a count from 1");
    }
  }

  /** A chunk that differs; a digest is empty where it is zero or outside. */
  public record Change(int chunk, Optional<byte[]> before, Optional<byte[]> after) {}

  /** The first {@code max} chunks from {@code from} on that are others than in {@code before}. */
  public List<Change> changes(SnapshotManifest before, int from, int max) {
    require(from, max);
    var found = new ArrayList<Change>();
    int end = Math.max(chunks(), before.chunks());
    for (int chunk = next(before, from, end); chunk < end && found.size() < max; ) {
      found.add(new Change(chunk, before.digestOrNone(chunk), digestOrNone(chunk)));
      chunk = next(before, chunk + 1, end);
    }
    return found;
  }

  private Optional<byte[]> digestOrNone(int chunk) {
    return chunk < chunks() ? digest(chunk) : Optional.empty();
  }

  /** All chunks that are others than in {@code before}, which may be smaller or larger. */
  public IntStream changed(SnapshotManifest before) {
    int end = Math.max(chunks(), before.chunks());
    return IntStream.iterate(
        next(before, 0, end), chunk -> chunk < end, chunk -> next(before, chunk + 1, end));
  }

  /**
   * The first chunk from {@code from} on that differs, or the end; leaves both share are skipped.
   */
  private int next(SnapshotManifest before, int from, int end) {
    // Names of different keys differ always, and say nothing.
    boolean byName = root.key().equals(before.root.key());
    for (int chunk = from; chunk < end; ) {
      int number = chunk / Leaf.CHUNKS;
      int leafEnd = Math.min(end, (number + 1) * Leaf.CHUNKS);
      Name one = leafName(number);
      Name other = before.leafName(number);
      if (one.equals(other)) {
        chunk = leafEnd;
        continue;
      }
      var here = leaf(number);
      var there = before.leaf(number);
      for (; chunk < leafEnd; chunk++) {
        int index = chunk % Leaf.CHUNKS;
        boolean same =
            byName
                ? nameIn(here, index).equals(nameIn(there, index))
                : Arrays.equals(
                    here.flatMap(l -> digest(l, index)).orElse(null),
                    there.flatMap(l -> before.digest(l, index)).orElse(null));
        if (!same) {
          return chunk;
        }
      }
    }
    return end;
  }

  private static Name nameIn(Optional<Leaf> leaf, int index) {
    return leaf.map(l -> l.name(index)).orElse(Name.ZERO);
  }

  @Override
  public String toString() {
    return "snapshot " + id();
  }
}
