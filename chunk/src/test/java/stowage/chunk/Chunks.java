package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/** Chunks for tests, each known by its seed. */
final class Chunks {
  private Chunks() {}

  /** Bytes that do not compress, or if the seed is even do. */
  static byte[] bytes(long seed) {
    var bytes = new byte[ChunkStore.CHUNK];
    new Random(seed).nextBytes(bytes);
    if (seed % 2 == 0) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    return bytes;
  }

  static ByteBuffer buffer(long seed) {
    return ByteBuffer.wrap(bytes(seed));
  }

  static byte[] read(ChunkStore store, SnapshotManifest manifest, int chunk) {
    var target = ByteBuffer.allocate(ChunkStore.CHUNK);
    store.read(manifest, chunk, target);
    return target.array();
  }

  static SnapshotManifest snapshot(
      ChunkStore store, String id, int chunks, Optional<String> parent, long... seeds) {
    try (var writer = store.begin(id, (long) chunks * ChunkStore.CHUNK, parent, Optional.empty())) {
      for (int i = 0; i < seeds.length; i++) {
        if (seeds[i] > 0) {
          writer.put(i, buffer(seeds[i]));
        } else if (seeds[i] == 0) {
          writer.zero(i);
        } // else inherited
      }
      return writer.commit();
    }
  }
}
