package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.oci.Descriptor;
import stowage.oci.Index;
import stowage.oci.Manifest;
import stowage.oci.MediaTypes;
import stowage.oci.Reference;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;

/**
 * Writes images as an archive that is Docker's and an OCI layout at once: blobs by digest, layers
 * plain, files sorted, times zero, so that the same images are the same bytes.
 */
final class Saver {
  private final Catalog catalog;
  private final LayerStore layers;
  private final Tales tales;

  Saver(Catalog catalog, LayerStore layers, Tales tales) {
    this.catalog = catalog;
    this.layers = layers;
    this.tales = tales;
  }

  /** What is to be written. */
  private static final class Plan {
    private final Map<String, byte[]> documents = new TreeMap<>();
    private final Map<String, Digest> layers = new TreeMap<>();
    private final List<Map<String, Object>> images = new ArrayList<>();
    private final List<Descriptor> manifests = new ArrayList<>();
    private final Map<String, Map<String, String>> repositories = new TreeMap<>();

    String document(byte[] bytes) {
      String path = path(Digest.of(bytes));
      documents.put(path, bytes);
      return path;
    }
  }

  private static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  void save(List<String> names, OutputStream out) throws IOException {
    var wanted = wanted(names);
    try (var lease = layers.lease()) {
      wanted.keySet().forEach(image -> image.diffIds().forEach(lease::hold));
      var plan = new Plan();
      for (var image : wanted.entrySet()) {
        add(plan, image.getKey(), image.getValue());
      }
      close(plan);
      write(plan, out);
    }
    wanted.keySet().forEach(image -> tales.tell("save", image.id()));
  }

  private Map<Entry, SequencedSet<Reference>> wanted(List<String> names) {
    var images = catalog.now();
    var wanted = new LinkedHashMap<Entry, SequencedSet<Reference>>();
    for (var name : names) {
      var reference = Reference.find(name);
      boolean bare = reference.filter(r -> r.tag().isEmpty() && r.digest().isEmpty()).isPresent();
      boolean found = false;
      if (bare) {
        for (var image : images.images().values()) {
          for (var own : image.parsedReferences()) {
            if (own.name().equals(reference.get().name())) {
              found = true;
              var tags = wanted.computeIfAbsent(image, k -> new LinkedHashSet<>());
              own.tag().ifPresent(tag -> tags.add(own));
            }
          }
        }
      }
      if (!found) {
        var image = Names.find(images, name).orElseThrow(() -> noSuch(name));
        var tags = wanted.computeIfAbsent(image, k -> new LinkedHashSet<>());
        if (!Names.isId(image, name)) {
          reference.filter(r -> r.digest().isEmpty()).map(Reference::orLatest).ifPresent(tags::add);
        }
      }
    }
    return wanted;
  }

  private static StowageException noSuch(String name) {
    return new StowageException.NotFound(Resource.IMAGE, name, "No such image: " + name);
  }

  private void add(Plan plan, Entry image, SequencedSet<Reference> tags) {
    var config = catalog.config(image.id());
    String configPath = plan.document(config.bytes());
    LegacyConfigs.of(config).forEach(plan::document);
    var blobs = new ArrayList<Descriptor>();
    var sources = new LinkedHashMap<String, Object>();
    for (var diffId : image.diffIds()) {
      long size =
          layers
              .find(diffId)
              .orElseThrow(() -> new StowageException.NotFound(Resource.LAYER, diffId.toString()))
              .tarBytes();
      plan.layers.put(path(diffId), diffId);
      blobs.add(new Descriptor(MediaTypes.OCI_LAYER, diffId, size));
      var source = new LinkedHashMap<String, Object>();
      source.put("mediaType", MediaTypes.OCI_LAYER);
      source.put("size", size);
      source.put("digest", diffId.toString());
      sources.put(diffId.toString(), source);
    }
    var entry = new LinkedHashMap<String, Object>();
    entry.put("Config", configPath);
    entry.put("RepoTags", tags.isEmpty() ? null : tags.stream().map(Reference::familiar).toList());
    entry.put("Layers", image.diffIds().stream().map(Saver::path).toList());
    entry.put("LayerSources", sources);
    plan.images.add(entry);
    manifest(plan, config.bytes(), blobs, tags);
    for (var tag : tags) {
      plan.repositories
          .computeIfAbsent(tag.familiarName(), k -> new TreeMap<>())
          .put(
              tag.tag().orElseThrow(),
              image.diffIds().isEmpty() ? "" : image.diffIds().getLast().hex());
    }
  }

  private static void manifest(
      Plan plan, byte[] config, List<Descriptor> blobs, SequencedSet<Reference> tags) {
    byte[] manifest =
        new Manifest(
                MediaTypes.OCI_MANIFEST,
                new Descriptor(MediaTypes.OCI_CONFIG, Digest.of(config), config.length),
                blobs,
                Map.of())
            .json();
    plan.document(manifest);
    var digest = Digest.of(manifest);
    if (tags.isEmpty()) {
      plan.manifests.add(new Descriptor(MediaTypes.OCI_MANIFEST, digest, manifest.length));
    }
    for (var tag : tags) {
      plan.manifests.add(
          new Descriptor(
              MediaTypes.OCI_MANIFEST,
              digest,
              manifest.length,
              Optional.empty(),
              Map.of(
                  "io.containerd.image.name", tag.toString(),
                  "org.opencontainers.image.ref.name", tag.tag().orElseThrow())));
    }
  }

  private static void close(Plan plan) {
    var index = new Index(MediaTypes.OCI_INDEX, plan.manifests, Map.of());
    plan.documents.put("index.json", index.json());
    plan.documents.put("manifest.json", Json.bytes(plan.images));
    plan.documents.put("oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}".getBytes(UTF_8));
    if (!plan.repositories.isEmpty()) {
      plan.documents.put("repositories", Json.bytes(plan.repositories));
    }
  }

  private void write(Plan plan, OutputStream out) throws IOException {
    var tar = new TarWriter(out);
    tar.add(TarEntry.directory("blobs", 0755, 0));
    tar.add(TarEntry.directory("blobs/sha256", 0755, 0));
    var paths = new TreeMap<String, Boolean>();
    plan.documents.keySet().forEach(path -> paths.put(path, true));
    plan.layers.keySet().forEach(path -> paths.put(path, false));
    for (var path : paths.keySet()) {
      byte[] document = plan.documents.get(path);
      if (document != null) {
        tar.add(TarEntry.file(path, 0644, document.length, 0));
        tar.write(document, 0, document.length);
      } else {
        layer(tar, path, plan.layers.get(path));
      }
    }
    tar.close();
  }

  private void layer(TarWriter tar, String path, Digest diffId) throws IOException {
    long size = layers.find(diffId).orElseThrow().tarBytes();
    try (var bytes = layers.tar(diffId)) {
      tar.add(TarEntry.file(path, 0644, size, 0), bytes);
    }
  }
}
