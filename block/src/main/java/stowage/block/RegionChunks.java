package stowage.block;

import java.nio.ByteBuffer;
import java.util.Optional;
import stowage.base.Resource;
import stowage.base.StowageException.NotFound;
import stowage.chunk.ChunkStore;
import stowage.chunk.SnapshotManifest;
import stowage.chunk.SnapshotWriter;

/** What a pool needs of the region's chunk store. */
interface RegionChunks {
  /** A snapshot's content that stays while it is pinned. */
  record Pinned(long sizeBytes, Base.Source source) {}

  boolean has(String snapshotId);

  /** Pins a snapshot, or NotFound. */
  Pinned pin(String name, String snapshotId);

  /** What was pinned, or NotFound. */
  Pinned pinned(String name);

  void unpin(String name);

  SnapshotWriter begin(String snapshotId, long sizeBytes, Optional<String> parent);

  void abandon(String snapshotId);

  /** Over the real store. */
  static RegionChunks of(ChunkStore store) {
    return new RegionChunks() {
      @Override
      public boolean has(String snapshotId) {
        return store.find(snapshotId).isPresent();
      }

      @Override
      public Pinned pin(String name, String snapshotId) {
        return pinned(store.pin(name, snapshotId));
      }

      @Override
      public Pinned pinned(String name) {
        return pinned(store.pinned(name).orElseThrow(() -> new NotFound(Resource.SNAPSHOT, name)));
      }

      private Pinned pinned(SnapshotManifest manifest) {
        return new Pinned(
            manifest.sizeBytes(),
            new Base.Source() {
              @Override
              public boolean isZero(int chunk) {
                return manifest.digest(chunk).isEmpty();
              }

              @Override
              public void read(int chunk, ByteBuffer target) {
                store.read(manifest, chunk, target);
              }
            });
      }

      @Override
      public void unpin(String name) {
        store.unpin(name);
      }

      @Override
      public SnapshotWriter begin(String snapshotId, long sizeBytes, Optional<String> parent) {
        return store.begin(snapshotId, sizeBytes, parent, Optional.empty());
      }

      @Override
      public void abandon(String snapshotId) {
        store.abandon(snapshotId);
      }
    };
  }
}
