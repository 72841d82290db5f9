package stowage.image;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.layer.Lease;
import stowage.oci.Descriptor;
import stowage.oci.Document;
import stowage.oci.ImageConfig;
import stowage.oci.Index;
import stowage.oci.Manifest;
import stowage.oci.MediaTypes;
import stowage.oci.Platform;
import stowage.oci.Reference;

/**
 * Fetches one image: manifest, config, then the layers that are missing, three at a time; at last
 * the record. Before that record nothing of it can be seen, and when it fails nothing stays.
 */
final class Puller {
  private static final int PARALLEL = 3;

  private final Catalog catalog;
  private final LayerStore layers;
  private final Downloads downloads;
  private final RegistrySettings settings;

  Puller(Catalog catalog, LayerStore layers, Downloads downloads, RegistrySettings settings) {
    this.catalog = catalog;
    this.layers = layers;
    this.downloads = downloads;
    this.settings = settings;
  }

  /**
   * What came of a pull.
   *
   * @param isNew whether the reference pointed elsewhere before
   */
  record Pulled(Digest image, boolean isNew) {}

  /** What is to be fetched. */
  private record Plan(
      Digest top, List<byte[]> manifests, Manifest manifest, ImageConfig config) {}

  Pulled pull(Registry registry, Reference reference, Platform platform, Progress progress)
      throws IOException {
    var digest = reference.digest().map(Digest::toString);
    var raw = registry.manifest(digest.orElseGet(() -> reference.tag().orElseThrow()));
    progress.tell(
        reference.digest().isPresent() ? reference.familiar() : reference.tag().orElseThrow(),
        "Pulling from " + reference.path(),
        0,
        0);
    var plan = plan(registry, raw, platform);
    try (var lease = layers.lease()) {
      fetchLayers(registry, plan, lease, progress);
      layers.complete(plan.config().diffIds());
      boolean isNew = record(registry, reference, plan);
      progress.tell("", "Digest: " + plan.top(), 0, 0);
      return new Pulled(plan.config().digest(), isNew);
    }
  }

  private Plan plan(Registry registry, Registry.Raw top, Platform platform) throws IOException {
    var manifests = new ArrayList<byte[]>();
    var raw = top;
    for (int depth = 0; ; depth++) {
      manifests.add(raw.bytes());
      switch (Document.parse(raw.bytes(), raw.contentType())) {
        case Manifest manifest -> {
          return new Plan(top.digest(), manifests, manifest, config(registry, manifest));
        }
        case Index index -> {
          if (depth >= Index.DEPTH_MAX) {
            throw new StowageException.Corrupt("manifest list holds lists too deep", null);
          }
          raw = selected(registry, index, platform);
        }
      }
    }
  }

  private static Registry.Raw selected(Registry registry, Index index, Platform platform)
      throws IOException {
    var chosen =
        index
            .select(platform)
            .orElseThrow(
                () ->
                    new StowageException.NotFound(
                        Resource.IMAGE,
                        registry.repository().familiarName(),
                        "no matching manifest for %s in the manifest list entries"
                            .formatted(platform)));
    var raw = registry.manifest(chosen.digest().toString());
    if (raw.bytes().length != chosen.size()) {
      throw new StowageException.Corrupt(
          "manifest %s has %d bytes, its list says %d"
              .formatted(chosen.digest(), raw.bytes().length, chosen.size()),
          null);
    }
    return raw;
  }

  private ImageConfig config(Registry registry, Manifest manifest) throws IOException {
    requireImage(manifest);
    var blob = manifest.config();
    var config =
        ImageConfig.parse(registry.bytes(blob, ImageConfig.BYTES_MAX, "image config"));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new StowageException.Corrupt(
          "image config %s names %d layers, its manifest %d"
              .formatted(blob.digest(), config.diffIds().size(), manifest.layers().size()),
          null);
    }
    String os = config.platform().os();
    if (!os.isEmpty() && !os.equals("linux")) {
      throw new StowageException.Unsupported(
          "image operating system \"%s\" cannot be used on this platform"
              .formatted(RegistryRefusal.plain(os)));
    }
    return config;
  }

  private void requireImage(Manifest manifest) {
    if (!MediaTypes.isConfig(manifest.config().mediaType())) {
      throw new StowageException.Unsupported(
          "not an image: its config is of type "
              + RegistryRefusal.plain(manifest.config().mediaType()));
    }
    for (var layer : manifest.layers()) {
      if (MediaTypes.isForeign(layer.mediaType()) && !settings.foreignLayers()) {
        throw new StowageException.Unsupported(
            "foreign layer %s: layers outside the registry are not fetched unless allowed"
                .formatted(layer.digest()));
      }
      if (!MediaTypes.isLayer(layer.mediaType())) {
        throw new StowageException.Unsupported(
            "not an image: layer %s is of type %s"
                .formatted(layer.digest(), RegistryRefusal.plain(layer.mediaType())));
      }
    }
  }

  private void fetchLayers(
      Registry registry, Plan plan, Lease lease, Progress progress) {
    var diffIds = plan.config().diffIds();
    boolean known = catalog.now().find(plan.config().digest()).isPresent();
    if (known) {
      diffIds.forEach(lease::hold);
      layers.check(diffIds, Optional.empty(), Progress.NONE); // marks what must come again
      if (diffIds.stream().allMatch(this::isWhole)) {
        return;
      }
    }
    var blobs = plan.manifest().layers();
    for (int i = 0; i < blobs.size(); i++) {
      if (!isWhole(diffIds.get(i))) {
        progress.tell(Names.brief(blobs.get(i).digest()), "Pulling fs layer", 0, 0);
      }
    }
    // Platform threads: decompression is native code, which would pin a virtual thread's carrier.
    ExecutorService workers = Executors.newFixedThreadPool(PARALLEL);
    try {
      var work = new ExecutorCompletionService<Boolean>(workers);
      for (int i = 0; i < blobs.size(); i++) {
        Descriptor blob = blobs.get(i);
        Digest diffId = diffIds.get(i);
        if (i >= PARALLEL && !isWhole(diffId)) {
          progress.tell(Names.brief(blob.digest()), "Waiting", 0, 0);
        }
        work.submit(() -> downloads.fetch(registry, blob, diffId, lease, progress));
      }
      for (int i = 0; i < blobs.size(); i++) {
        await(work);
      }
    } finally {
      // What still runs belongs to a pull that failed; it must be over before the lease ends.
      workers.shutdownNow();
      workers.close();
    }
  }

  private static void await(ExecutorCompletionService<Boolean> work) {
    try {
      work.take().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StowageException.Unavailable("interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case StowageException failure -> throw failure;
        case Error error -> throw error;
        case Throwable other -> throw new AssertionError(other);
      }
    }
  }

  private boolean isWhole(Digest diffId) {
    return layers.find(diffId).filter(layer -> !layer.damaged()).isPresent();
  }

  private boolean record(Registry registry, Reference reference, Plan plan) {
    var sources = new ArrayList<Entry.Source>();
    var diffIds = plan.config().diffIds();
    String repository = registry.repository().name();
    for (int i = 0; i < diffIds.size(); i++) {
      var blob = plan.manifest().layers().get(i);
      sources.add(
          new Entry.Source(
              diffIds.get(i),
              new Descriptor(blob.mediaType(), blob.digest(), blob.size()),
              repository));
    }
    var names = new ArrayList<Reference>();
    names.add(reference.withDigest(plan.top()));
    if (reference.digest().isEmpty()) {
      names.add(reference);
    }
    var addition =
        new Addition(plan.config(), names, sources, plan.manifests(), Optional.empty());
    return catalog
        .change(draft -> addition.into(draft, layers, Instant.EPOCH))
        .result()
        .contains(names.getLast());
  }
}
