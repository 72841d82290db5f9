package stowage.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stowage.base.StowageException;
import stowage.layer.LayerStore;

/** Removes the images nobody uses, each by the rules of {@link Remover}. */
final class Pruner {
  private final Catalog catalog;
  private final LayerStore layers;
  private final Remover remover;

  Pruner(Catalog catalog, LayerStore layers, Remover remover) {
    this.catalog = catalog;
    this.layers = layers;
    this.remover = remover;
  }

  Pruned prune(Filters filters, UsedBy users) {
    boolean danglingOnly = filters.dangling().orElse(true);
    var images = catalog.now();
    var sizes = sizes();
    var removals = new ArrayList<Removal>();
    for (var image : images.images().values()) {
      boolean intermediate =
          image.references().isEmpty() && !images.children(image.id()).isEmpty();
      boolean tagged = image.parsedReferences().stream().anyMatch(r -> r.tag().isPresent());
      if (intermediate || (danglingOnly && tagged) || !filters.fit(image)) {
        continue;
      }
      for (var name : names(image)) {
        removals.addAll(removed(name, users));
      }
    }
    long bytes = 0;
    for (var removal : removals) {
      bytes += removal instanceof Removal.Deleted ? sizes.getOrDefault(removal.name(), 0L) : 0;
    }
    return new Pruned(removals, bytes);
  }

  private static List<String> names(Entry image) {
    return image.references().isEmpty() ? List.of(image.id().hex()) : image.references();
  }

  private List<Removal> removed(String name, UsedBy users) {
    try {
      return remover.remove(name, false, true, users);
    } catch (StowageException.InUse | StowageException.NotFound notNow) {
      return List.of(); // somebody uses it, or it went with another
    }
  }

  /** Sizes of all layers by the chainIds they may be removed under. */
  private Map<String, Long> sizes() {
    var sizes = new HashMap<String, Long>();
    for (var image : catalog.now().images().values()) {
      var chain = Remover.chainIds(image.diffIds());
      for (int i = 0; i < chain.size(); i++) {
        String chainId = chain.get(i).toString();
        layers
            .find(image.diffIds().get(i))
            .ifPresent(layer -> sizes.put(chainId, layer.contentBytes()));
      }
    }
    return sizes;
  }
}
