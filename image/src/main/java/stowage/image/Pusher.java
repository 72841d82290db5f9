package stowage.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.image.RegistrySettings.PushCompression;
import stowage.layer.LayerStore;
import stowage.oci.Descriptor;
import stowage.oci.Document;
import stowage.oci.Manifest;
import stowage.oci.MediaTypes;
import stowage.oci.Reference;

/**
 * Sends images to a registry: layers it lacks, top first, then config and manifest. A layer that
 * once came compressed is asked for under that digest first, so that digests stay what they were.
 */
final class Pusher {
  private static final long TELL_BYTES = 512 << 10;

  private final Catalog catalog;
  private final LayerStore layers;
  private final Tales tales;
  private final PushCompression compression;

  Pusher(Catalog catalog, LayerStore layers, Tales tales, PushCompression compression) {
    this.catalog = catalog;
    this.layers = layers;
    this.tales = tales;
    this.compression = compression;
  }

  /** The references of a repository to push, each with its image. */
  Map<Reference, Entry> wanted(Reference repository, Optional<String> tag) {
    var images = catalog.now();
    var wanted = new LinkedHashMap<Reference, Entry>();
    for (var image : images.images().values()) {
      for (var reference : image.parsedReferences()) {
        if (reference.name().equals(repository.name())
            && reference.tag().isPresent()
            && (tag.isEmpty() || reference.tag().equals(tag))) {
          wanted.put(reference, image);
        }
      }
    }
    if (wanted.isEmpty()) {
      throw new StowageException.NotFound(
          Resource.IMAGE,
          repository.familiarName(),
          "An image does not exist locally with the tag: " + repository.familiarName());
    }
    return wanted;
  }

  void push(Registry registry, Map<Reference, Entry> wanted, PushSink sink) throws IOException {
    for (var each : wanted.entrySet()) {
      push(registry, each.getKey(), each.getValue(), sink);
    }
  }

  private void push(Registry registry, Reference reference, Entry image, PushSink sink)
      throws IOException {
    var upload = new Upload(registry);
    var config = catalog.config(image.id());
    var blobs = new ArrayList<Descriptor>();
    try (var lease = layers.lease()) {
      image.diffIds().forEach(lease::hold);
      for (var diffId : image.diffIds().reversed()) {
        sink.tell(Names.brief(diffId), "Preparing", 0, 0);
      }
      for (var diffId : image.diffIds().reversed()) {
        blobs.addFirst(layer(upload, registry, diffId, sink));
      }
    }
    if (!upload.has(image.id())) {
      upload.put(config.bytes());
    }
    var manifest =
        original(image, blobs).orElseGet(() -> NewManifest.of(config.bytes(), blobs));
    var digest = Digest.of(manifest);
    var document = Document.parse(manifest, Optional.empty());
    upload.manifest(reference.tag().orElseThrow(), document.mediaType(), manifest);
    remember(registry, reference, image, blobs, manifest);
    String tag = reference.tag().orElseThrow();
    String line = "%s: digest: %s size: %d".formatted(tag, digest, manifest.length);
    sink.tell("", line, 0, 0);
    sink.pushed(tag, digest, manifest.length);
    tales.moved("push", image.id(), reference);
  }

  private Descriptor layer(Upload upload, Registry registry, Digest diffId, PushSink sink)
      throws IOException {
    String id = Names.brief(diffId);
    var sources = sources(diffId);
    for (var source : sources) {
      if (upload.has(source.blob().digest())) {
        sink.tell(id, "Layer already exists", 0, 0);
        return source.blob();
      }
    }
    for (var source : sources) {
      var from = Reference.parse(source.repository());
      if (from.domain().equals(registry.repository().domain())
          && !from.path().equals(registry.repository().path())
          && upload.mount(source.blob().digest(), from.path())) {
        sink.tell(id, "Mounted from " + from.path(), 0, 0);
        return source.blob();
      }
    }
    long total = layers.find(diffId).map(layer -> layer.contentBytes()).orElse(0L);
    var blob =
        upload.put(
            () -> new Packed(new Told(layers.tar(diffId), sink, id, total), compression));
    sink.tell(id, "Pushed", 0, 0);
    return blob;
  }

  /** Every compressed form of the layer that any image here knows. */
  private List<Entry.Source> sources(Digest diffId) {
    return catalog.now().images().values().stream()
        .flatMap(image -> image.sources().stream())
        .filter(source -> source.diffId().equals(diffId))
        .filter(source -> !MediaTypes.isForeign(source.blob().mediaType()))
        .distinct()
        .toList();
  }

  /** A manifest the image came with that is still true: pushed as it is, its digest stays. */
  private Optional<byte[]> original(Entry image, List<Descriptor> blobs) {
    for (var digest : image.manifests()) {
      var json = catalog.blob(digest);
      if (json.isPresent()
          && Document.parse(json.get(), Optional.empty()) instanceof Manifest manifest
          && manifest.config().digest().equals(image.id())
          && digests(manifest.layers()).equals(digests(blobs))) {
        return json;
      }
    }
    return Optional.empty();
  }

  private static List<Digest> digests(List<Descriptor> blobs) {
    return blobs.stream().map(Descriptor::digest).toList();
  }

  private void remember(
      Registry registry,
      Reference reference,
      Entry image,
      List<Descriptor> blobs,
      byte[] manifest) {
    var sources = new ArrayList<Entry.Source>();
    for (int i = 0; i < blobs.size(); i++) {
      sources.add(
          new Entry.Source(
              image.diffIds().get(i),
              new Descriptor(
                  blobs.get(i).mediaType(), blobs.get(i).digest(), blobs.get(i).size()),
              registry.repository().name()));
    }
    catalog.change(
        draft -> {
          // It may have been removed meanwhile; then there is nothing to remember it by.
          draft
              .view()
              .find(image.id())
              .ifPresent(
                  now -> {
                    draft.blob(manifest);
                    draft.put(
                        now.with(reference.withDigest(Digest.of(manifest)))
                            .withOrigin(List.of(Digest.of(manifest)), sources));
                  });
          return null;
        });
  }

  /** A tar that tells how much of it has gone. */
  private static final class Told extends FilterInputStream {
    private final Progress progress;
    private final String id;
    private final long total;
    private long count;
    private long told = -TELL_BYTES;

    Told(InputStream tar, Progress progress, String id, long total) {
      super(tar);
      this.progress = progress;
      this.id = id;
      this.total = total;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = in.read(bytes, from, length);
      count += Math.max(n, 0);
      if (count - told >= TELL_BYTES || n < 0) {
        told = count;
        progress.tell(id, "Pushing", count, total);
      }
      return n;
    }
  }
}
