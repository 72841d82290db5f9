package stowage.chunk;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import stowage.base.StowageException;

/** Reads leaves, and keeps those that were used last. Any thread. */
final class Leaves {
  /** At most 16 MiB. */
  private static final int CACHED_MAX = 64;

  private final Packs packs;
  private final Codec.Pool codecs;
  private final KeyRing keys;
  private final Map<Name, Leaf> cache = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, Leaf> eldest) {
          return size() > CACHED_MAX;
        }
      };

  Leaves(Packs packs, Codec.Pool codecs, KeyRing keys) {
    this.packs = packs;
    this.codecs = codecs;
    this.keys = keys;
  }

  /** What digests of an encrypted snapshot are masked with; null for a plain one. */
  ChunkCipher cipher(Optional<DataKey> key) {
    return key.map(each -> new ChunkCipher(keys, each)).orElse(null);
  }

  /**
   * Reads a leaf.
   *
   * @throws StowageException.Corrupt if it is lost
   */
  Leaf read(Name name, String snapshotId, int number) {
    synchronized (this) {
      Leaf cached = cache.get(name);
      if (cached != null) {
        return cached;
      }
    }
    Leaf leaf = load(name, snapshotId, number);
    synchronized (this) {
      cache.put(name, leaf);
    }
    return leaf;
  }

  /** As {@link #read}, from disk and not to be kept. */
  Leaf load(Name name, String snapshotId, int number) {
    return codecs.use(
        codec -> {
          var wrong =
              packs.read(
                  name,
                  codec.object,
                  (place, object) ->
                      codec.decode(place.entry(), null)
                          && Leaf.isSize(codec.plain.remaining())
                          && Name.of(codec.digest()).equals(name));
          if (wrong.isPresent()) {
            throw new StowageException.Corrupt(
                "snapshot %s: leaf %d (chunks %d to %d) is lost: %s"
                    .formatted(
                        snapshotId,
                        number,
                        number * Leaf.CHUNKS,
                        (number + 1) * Leaf.CHUNKS - 1,
                        wrong.get()),
                null);
          }
          return Leaf.read(codec.plain.duplicate());
        });
  }

  synchronized void forget(Name name) {
    cache.remove(name);
  }
}
