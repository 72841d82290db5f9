package stowage.image;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.oci.Reference;

/** Fetches damaged layers again from the registries their images are known to be in. */
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
}
