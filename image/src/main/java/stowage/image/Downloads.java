package stowage.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.layer.Imported;
import stowage.layer.LayerStore;
import stowage.layer.Lease;
import stowage.oci.Descriptor;

/**
 * Fetches layers from registries straight into the layer store; one that several pulls want at once
 * is fetched once, and all of them are told how far it is.
 */
final class Downloads {
  private final LayerStore layers;
  private final Map<Key, Flight> flights = new ConcurrentHashMap<>();

  Downloads(LayerStore layers) {
    this.layers = layers;
  }

  /** The same bytes for the same layer. */
  private record Key(Digest blob, Digest diffId) {}

  /** A download under way. */
  private static final class Flight implements Progress {
    private final List<Progress> watchers = new CopyOnWriteArrayList<>();
    private final CountDownLatch landed = new CountDownLatch(1);

    @Override
    public void tell(String id, String status, long current, long total) {
      watchers.forEach(w -> w.tell(id, status, current, total));
    }
  }

  /**
   * Makes the layer be here, held by {@code lease}.
   *
   * @return whether it was not here before
   */
  boolean fetch(Registry from, Descriptor blob, Digest diffId, Lease lease, Progress progress) {
    String id = Names.brief(blob.digest());
    lease.hold(diffId); // before looking, so that what is found stays
    while (!isHere(diffId)) {
      var mine = new Flight();
      mine.watchers.add(progress);
      var theirs = flights.putIfAbsent(new Key(blob.digest(), diffId), mine);
      if (theirs == null) {
        try {
          download(from, blob, diffId, lease, mine);
          return true;
        } finally {
          flights.remove(new Key(blob.digest(), diffId));
          mine.landed.countDown();
        }
      }
      // It may fail for a reason that is not ours (their credentials, their client gone): then the
      // loop tries by itself.
      theirs.watchers.add(progress);
      try {
        theirs.landed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StowageException.Unavailable("interrupted", e);
      }
      if (isHere(diffId)) {
        progress.tell(id, "Pull complete", 0, 0);
        return true;
      }
    }
    progress.tell(id, "Already exists", 0, 0);
    return false;
  }

  private boolean isHere(Digest diffId) {
    return layers.find(diffId).filter(layer -> !layer.damaged()).isPresent();
  }

  private void download(
      Registry from, Descriptor blob, Digest diffId, Lease lease, Progress progress) {
    for (int round = 1; ; round++) {
      try (var stream = new BlobStream(from, blob, progress)) {
        try {
          requireSame(blob, layers.add(stream, Optional.of(diffId), lease, Progress.NONE, ""));
          progress.tell(Names.brief(blob.digest()), "Pull complete", 0, 0);
          return;
        } catch (StowageException.Corrupt e) {
          // Pieces that do not fit together may each be right: once more from the beginning.
          if (!stream.isResumed() || round > 1) {
            throw e;
          }
        }
      }
    }
  }

  private static void requireSame(Descriptor blob, Imported imported) {
    if (!imported.blobDigest().equals(blob.digest()) || imported.blobBytes() != blob.size()) {
      throw new StowageException.Corrupt(
          "layer verification failed for digest %s: got %s"
              .formatted(blob.digest(), imported.blobDigest()),
          null);
    }
  }
}
