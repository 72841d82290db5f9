package stowage.image;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.oci.Descriptor;
import stowage.oci.Document;
import stowage.oci.ImageConfig;
import stowage.oci.Manifest;
import stowage.oci.Reference;

/** Fetches what is damaged again from the registries that images are known to be in. */
final class Healer {
  private static final System.Logger LOG = System.getLogger("stowage.image");

  private final Catalog catalog;
  private final LayerStore layers;
  private final Registries registries;
  private final Downloads downloads;

  Healer(Catalog catalog, LayerStore layers, Registries registries, Downloads downloads) {
    this.catalog = catalog;
    this.layers = layers;
    this.registries = registries;
    this.downloads = downloads;
  }

  /** Whether a config or manifest that an image names is there and what it should be. */
  boolean isWhole(Digest blob) {
    try {
      return catalog.blob(blob).isPresent();
    } catch (StowageException.Corrupt rotten) {
      return false;
    }
  }

  /** Fetches an image's config or manifest again; whether that worked. */
  boolean healDocument(Entry image, Digest document) {
    var repositories = image.sources().stream().map(Entry.Source::repository).distinct().toList();
    for (var repository : repositories) {
      try {
        var registry = registries.connect(Reference.parse(repository), RegistryAuth.NONE);
        catalog.restore(
            document.equals(image.id())
                ? registry.bytes(config(image), ImageConfig.BYTES_MAX, "image config")
                : registry.manifest(document.toString()).bytes());
        return true;
      } catch (IOException | StowageException e) {
        LOG.log(
            Level.WARNING,
            "document.unhealed digest={0} from={1} why={2}",
            document,
            repository,
            e.getMessage());
      }
    }
    return false;
  }

  /** What the image's manifest says of its config: its size has to be known to fetch it. */
  private Descriptor config(Entry image) {
    for (var digest : image.manifests()) {
      var json = isWhole(digest) ? catalog.blob(digest) : Optional.<byte[]>empty();
      if (json.isPresent()
          && Document.parse(json.get(), Optional.empty()) instanceof Manifest manifest
          && manifest.config().digest().equals(image.id())) {
        return manifest.config();
      }
    }
    throw new StowageException.NotFound(Resource.BLOB, image.id().toString());
  }

  boolean heal(Digest diffId, Progress progress) {
    // Only what a check has marked is fetched again.
    layers.check(List.of(diffId), Optional.empty(), Progress.NONE);
    var sources =
        catalog.now().images().values().stream()
            .flatMap(image -> image.sources().stream())
            .filter(source -> source.diffId().equals(diffId))
            .distinct()
            .toList();
    for (var source : sources) {
      try (var lease = layers.lease()) {
        var from = Reference.parse(source.repository());
        var registry = registries.connect(from, RegistryAuth.NONE);
        downloads.fetch(registry, source.blob(), diffId, lease, progress);
        LOG.log(Level.INFO, "layer.healed diffId={0} from={1}", diffId, source.repository());
        return true;
      } catch (IOException | StowageException e) {
        LOG.log(
            Level.WARNING,
            "layer.unhealed diffId={0} from={1} why={2}",
            diffId,
            source.repository(),
            e.getMessage());
      }
    }
    return false;
  }

  /** What of all images' configs and manifests was not as it should be. */
  List<StoreCheck.Damaged> checkDocuments() {
    var damaged = new ArrayList<StoreCheck.Damaged>();
    for (var image : catalog.now().images().values()) {
      for (var document : image.blobs()) {
        if (!isWhole(document)) {
          var what = document.equals(image.id()) ? "config" : "manifest";
          boolean mended = healDocument(image, document);
          var names = image.parsedReferences().stream().map(Reference::familiar).toList();
          damaged.add(
              new StoreCheck.Damaged(
                  document,
                  "the image's " + what + " is lost or not what was stored",
                  names.isEmpty() ? List.of(image.id().toString()) : names,
                  mended));
        }
      }
    }
    return damaged;
  }
}
