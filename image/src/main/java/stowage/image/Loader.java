package stowage.image;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.layer.Imported;
import stowage.layer.LayerStore;
import stowage.layer.Lease;
import stowage.oci.Descriptor;
import stowage.oci.Document;
import stowage.oci.ImageConfig;
import stowage.oci.Index;
import stowage.oci.Manifest;
import stowage.oci.Platform;
import stowage.oci.Reference;

/** Makes images of an archive: Docker's manifest.json, an OCI layout's index.json, or both. */
final class Loader {
  private static final String NAME = "io.containerd.image.name";
  private static final String REF_NAME = "org.opencontainers.image.ref.name";

  private final Catalog catalog;
  private final LayerStore layers;
  private final Tales tales;

  Loader(Catalog catalog, LayerStore layers, Tales tales) {
    this.catalog = catalog;
    this.layers = layers;
    this.tales = tales;
  }

  void load(InputStream in, LoadSink sink) throws IOException {
    try (var lease = layers.lease();
        var plain = Decompressed.of(in)) {
      var archive = new Archive(layers, lease, sink);
      archive.read(plain.stream());
      var manifests = archive.document("manifest.json");
      var index = archive.document("index.json");
      var repositories = archive.document("repositories");
      if (manifests.isPresent()) {
        docker(archive, manifests.get(), lease, sink);
      } else if (index.isPresent()) {
        layout(archive, index.get(), lease, sink);
      } else if (repositories.isPresent()) {
        for (var image : LegacyArchive.images(archive, repositories.get())) {
          add(image.config(), image.names(), sink);
        }
      } else {
        throw new StowageException.Corrupt(
            "not an image archive: no manifest.json, index.json or repositories in it", null);
      }
    }
  }

  private void docker(Archive archive, byte[] manifests, Lease lease, LoadSink sink) {
    var images = JsonObject.of(Map.of("manifest", list(manifests)), "").objects("manifest");
    for (var image : images) {
      var config = config(archive.require(image.required("Config")));
      var names = new ArrayList<Reference>();
      for (var tag : image.strings("RepoTags")) {
        names.add(tagged(tag));
      }
      requireLayers(archive, config, image.strings("Layers"), lease);
      add(config, names, sink);
    }
  }

  private static Object list(byte[] json) {
    return Optional.ofNullable(Json.parse(json, "manifest.json")).orElse(List.of());
  }

  private static Reference tagged(String text) {
    var reference = Reference.parse(text);
    if (reference.tag().isEmpty() || reference.digest().isPresent()) {
      throw new StowageException.InvalidArgument("invalid tag \"%s\"".formatted(text));
    }
    return reference;
  }

  private static ImageConfig config(byte[] json) {
    var config = ImageConfig.parse(json);
    var os = config.platform().os();
    if (!os.isEmpty() && !os.equals("linux")) {
      throw new StowageException.Unsupported(
          "cannot load %s image on linux".formatted(RegistryRefusal.plain(os)));
    }
    return config;
  }

  private void requireLayers(
      Archive archive, ImageConfig config, List<String> files, Lease lease) {
    var diffIds = config.diffIds();
    if (diffIds.size() != files.size()) {
      throw new StowageException.Corrupt(
          "invalid manifest, layers length mismatch: expected %d, got %d"
              .formatted(diffIds.size(), files.size()),
          null);
    }
    for (int i = 0; i < files.size(); i++) {
      var diffId = diffIds.get(i);
      var layer = archive.layer(files.get(i)).map(imported -> imported.layer().diffId());
      if (layer.isPresent() && !layer.get().equals(diffId)) {
        throw new StowageException.Corrupt(
            "invalid diffID for layer %d: expected \"%s\", got \"%s\""
                .formatted(i, diffId, layer.get()),
            null);
      }
      lease.hold(diffId);
      if (layer.isEmpty() && layers.find(diffId).filter(l -> !l.damaged()).isEmpty()) {
        throw new StowageException.Corrupt(
            "archive has no file %s for layer %d"
                .formatted(RegistryRefusal.plain(files.get(i)), i),
            null);
      }
    }
    layers.complete(diffIds);
  }

  private void layout(Archive archive, byte[] json, Lease lease, LoadSink sink) {
    int count = 0;
    var index = Index.parse(json, Optional.empty());
    for (var descriptor : index.manifests()) {
      boolean fits =
          descriptor.platform().isEmpty()
              || index.select(Platform.host()).filter(descriptor::equals).isPresent()
              || descriptor.platform().get().normalised().equals(Platform.host());
      var manifest = fits ? manifest(archive, descriptor, 0) : Optional.<Manifest>empty();
      if (manifest.isEmpty()) {
        continue;
      }
      var config = config(archive.require(path(manifest.get().config().digest())));
      var files = manifest.get().layers().stream().map(layer -> path(layer.digest())).toList();
      requireLayers(archive, config, files, lease);
      add(config, name(descriptor), sink);
      count++;
    }
    if (count == 0) {
      throw new StowageException.Unsupported(
          "archive has no image for " + Platform.host());
    }
  }

  private static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  /** The manifest for this host, empty when what is there is for others. */
  private Optional<Manifest> manifest(
      Archive archive, Descriptor descriptor, int depth) {
    byte[] json = archive.require(path(descriptor.digest()));
    if (json.length != descriptor.size() || depth > Index.DEPTH_MAX) {
      throw new StowageException.Corrupt(
          "archive: manifest %s is not as its index says".formatted(descriptor.digest()), null);
    }
    return switch (Document.parse(json, Optional.of(descriptor.mediaType()))) {
      case Manifest manifest -> Optional.of(manifest);
      case Index index ->
          index.select(Platform.host()).flatMap(d -> manifest(archive, d, depth + 1));
    };
  }

  /** Docker's and containerd's whole name; else OCI's if it is one and not just a tag. */
  private static List<Reference> name(Descriptor descriptor) {
    var whole = descriptor.annotations().get(NAME);
    if (whole != null) {
      return List.of(tagged(whole));
    }
    var name = descriptor.annotations().getOrDefault(REF_NAME, "");
    return name.contains("/") || name.contains(":")
        ? Reference.find(name).filter(r -> r.digest().isEmpty()).map(Reference::orLatest).stream()
            .toList()
        : List.of();
  }

  private void add(ImageConfig config, List<Reference> names, LoadSink sink) {
    var before = catalog.now();
    var addition = Addition.of(config, names, Optional.empty());
    var moved =
        catalog.change(draft -> addition.into(draft, layers, Instant.EPOCH)).result();
    for (var name : moved) {
      before
          .find(name.toString())
          .filter(old -> !old.id().equals(config.digest()))
          .ifPresent(
              old ->
                  sink.loaded(
                      "The image %s already exists, renaming the old one with ID %s to empty string"
                          .formatted(name.familiar(), old.id())));
    }
    for (var name : names) {
      sink.loaded("Loaded image: " + name.familiar());
    }
    if (names.isEmpty()) {
      sink.loaded("Loaded image ID: " + config.digest());
    }
    tales.tell("load", config.digest());
  }

  /** For {@link LegacyArchive}: the layers of its images, in order. */
  static Digest diffId(Archive archive, String file) {
    return archive
        .layer(file)
        .map(Imported::layer)
        .orElseThrow(
            () -> new StowageException.Corrupt("archive has no file " + file, null))
        .diffId();
  }
}
