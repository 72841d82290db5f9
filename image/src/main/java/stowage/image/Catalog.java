package stowage.image;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.oci.ImageConfig;
import stowage.store.Blobs;
import stowage.store.Records;
import stowage.store.Records.Change;

/**
 * The images on record, in memory and on disk.
 *
 * <p>Readers take {@link #now} and are never held up. Writers go one after another: what they
 * change is written in one commit, after the blobs it names and before what it no longer names is
 * removed. The layers of a new image are held here before its record is committed, so a lease may
 * end as soon as {@link #change} returns.
 */
final class Catalog {
  static final String KIND = "image";
  private static final System.Logger LOG = System.getLogger("stowage.image");

  private final Records records;
  private final Blobs blobs;
  private final LayerStore layers;
  private final ReentrantLock writer = new ReentrantLock();
  private final Map<Digest, ImageConfig> configs = new ConcurrentHashMap<>();
  private volatile Snapshot now = new Snapshot(Map.of());

  Catalog(Records records, Blobs blobs, LayerStore layers) {
    this.records = records;
    this.blobs = blobs;
    this.layers = layers;
  }

  /** All images at one moment. */
  static final class Snapshot {
    private final Map<Digest, Entry> images;
    private final Map<String, Digest> references = new HashMap<>();

    Snapshot(Map<Digest, Entry> images) {
      this.images = images;
      images.values().forEach(e -> e.references().forEach(r -> references.put(r, e.id())));
    }

    Map<Digest, Entry> images() {
      return images;
    }

    Optional<Entry> find(Digest id) {
      return Optional.ofNullable(images.get(id));
    }

    /** The image a whole, normalised reference points at. */
    Optional<Entry> find(String reference) {
      return Optional.ofNullable(references.get(reference)).map(images::get);
    }

    List<Entry> children(Digest parent) {
      return images.values().stream()
          .filter(e -> e.parent().filter(parent::equals).isPresent())
          .toList();
    }
  }

  /** Images being changed by the one writer: a copy, not seen by anybody until committed. */
  static final class Draft {
    private final Map<Digest, Entry> images;
    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    private final Map<Digest, ImageConfig> configs = new LinkedHashMap<>();

    private Draft(Snapshot from) {
      images = new LinkedHashMap<>(from.images());
    }

    Snapshot view() {
      return new Snapshot(images);
    }

    void put(Entry entry) {
      images.put(entry.id(), entry);
    }

    void remove(Digest id) {
      images.remove(id);
    }

    /** The config of one of the images, to be there before it is. */
    void config(ImageConfig config) {
      configs.put(config.digest(), config);
      blob(config.bytes());
    }

    /** A blob that the images name, to be there before they do. */
    void blob(byte[] bytes) {
      blobs.put(Digest.of(bytes), bytes);
    }
  }

  /**
   * What a change came to.
   *
   * @param freed by image removed, the layers that went with it
   */
  record Outcome<T>(T result, Map<Digest, List<Digest>> freed) {}

  Snapshot now() {
    return now;
  }

  /** Reads the records, takes hold of the layers, removes blobs that no record names. */
  void recover() {
    writer.lock();
    try {
      var images = new LinkedHashMap<Digest, Entry>();
      records.list(KIND).forEach((id, body) -> images.put(new Digest(id), Entry.of(id, body)));
      images.values().forEach(e -> layers.hold(e.holder(), e.diffIds()));
      now = new Snapshot(Map.copyOf(images));
      var named = named(images);
      var unnamed = blobs.list().stream().filter(blob -> !named.contains(blob)).toList();
      unnamed.forEach(blobs::remove);
      if (!unnamed.isEmpty()) {
        LOG.log(Level.INFO, "blobs.swept count={0}", unnamed.size());
      }
    } finally {
      writer.unlock();
    }
  }

  private static HashSet<Digest> named(Map<Digest, Entry> images) {
    var named = new HashSet<Digest>();
    images.values().forEach(e -> named.addAll(e.blobs()));
    return named;
  }

  /** Does {@code work} on a draft, and makes it so: durable when this returns. */
  <T> Outcome<T> change(Function<Draft, T> work) {
    writer.lock();
    try {
      Snapshot before = now;
      var draft = new Draft(before);
      T result = work.apply(draft);
      draft.blobs.forEach(this::store);
      var changes = changes(before.images(), draft.images);
      if (changes.isEmpty()) {
        return new Outcome<>(result, Map.of());
      }
      commit(before, draft, changes);
      now = new Snapshot(Map.copyOf(draft.images));
      configs.putAll(draft.configs); // so that who tells of it need not read it: that may fail
      return new Outcome<>(result, free(before.images(), draft.images));
    } finally {
      writer.unlock();
    }
  }

  private static List<Change> changes(Map<Digest, Entry> before, Map<Digest, Entry> after) {
    var changes = new ArrayList<Change>();
    after.forEach(
        (id, entry) -> {
          if (!entry.equals(before.get(id))) {
            changes.add(new Change.Put(KIND, id.hex(), entry.body()));
          }
        });
    before.keySet().stream()
        .filter(id -> !after.containsKey(id))
        .forEach(id -> changes.add(new Change.Delete(KIND, id.hex())));
    return changes;
  }

  private void commit(Snapshot before, Draft draft, List<Change> changes) {
    var added =
        draft.images.values().stream().filter(e -> before.find(e.id()).isEmpty()).toList();
    added.forEach(e -> layers.hold(e.holder(), e.diffIds()));
    try {
      records.commit(changes.toArray(new Change[0]));
    } catch (StowageException.LimitExceeded nothingChanged) {
      added.forEach(e -> layers.release(e.holder()));
      throw nothingChanged;
    }
    // After any other failure nobody knows whether the record is on the disk: its layers stay held
    // until the next start, which does know.
  }

  /** Stores a blob, in place of one that has rotted. */
  private void store(Digest digest, byte[] bytes) {
    try {
      if (blobs.find(digest).isPresent()) {
        return;
      }
    } catch (StowageException.Corrupt rotten) {
      LOG.log(Level.WARNING, "blob.healed digest={0}", digest);
      blobs.remove(digest);
    }
    blobs.put(digest, bytes);
  }

  private Map<Digest, List<Digest>> free(Map<Digest, Entry> before, Map<Digest, Entry> after) {
    var named = named(after);
    var freed = new LinkedHashMap<Digest, List<Digest>>();
    for (var entry : before.values()) {
      for (var blob : entry.blobs()) {
        if (!named.contains(blob)) {
          free("blob", blob, () -> blobs.remove(blob));
        }
      }
      if (!after.containsKey(entry.id())) {
        configs.remove(entry.id());
        free(
            "layers",
            entry.id(),
            () -> freed.put(entry.id(), layers.release(entry.holder())));
      }
    }
    return freed;
  }

  /** The image is durably gone already: what cannot be removed now is swept at the next start. */
  private static void free(String what, Digest of, Runnable removal) {
    try {
      removal.run();
    } catch (StowageException e) {
      LOG.log(Level.ERROR, "image.unfreed what=" + what + " of=" + of, e);
    }
  }

  /** The image's config; Corrupt when its blob has rotted or is gone. */
  ImageConfig config(Digest id) {
    var known = configs.get(id);
    if (known != null) {
      return known;
    }
    byte[] bytes =
        blobs
            .find(id)
            .orElseThrow(
                () ->
                    new StowageException.Corrupt(
                        "the config of image %s is lost; pull or load it again".formatted(id),
                        null));
    var config = ImageConfig.parse(bytes);
    configs.put(id, config);
    return config;
  }

  Optional<byte[]> blob(Digest digest) {
    return blobs.find(digest);
  }

  /** Stores a blob again that an image names and that has rotted or is lost. */
  void restore(byte[] bytes) {
    writer.lock();
    try {
      var digest = Digest.of(bytes);
      if (named(now.images()).contains(digest)) {
        store(digest, bytes);
      }
    } finally {
      writer.unlock();
    }
  }
}
