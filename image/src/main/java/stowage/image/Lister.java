package stowage.image;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.oci.ImageConfig;
import stowage.oci.Platform;
import stowage.oci.Reference;

/** Shows images: one, many, their steps, what they take. */
final class Lister {
  private static final System.Logger LOG = System.getLogger("stowage.image");

  private final Catalog catalog;
  private final LayerStore layers;

  Lister(Catalog catalog, LayerStore layers) {
    this.catalog = catalog;
    this.layers = layers;
  }

  Image image(Entry entry) {
    return image(entry, catalog.config(entry.id()), entry.parsedReferences());
  }

  private Image image(Entry entry, ImageConfig config, List<Reference> references) {
    var tags = new ArrayList<String>();
    var digests = new ArrayList<String>();
    references.forEach(r -> (r.digest().isPresent() ? digests : tags).add(r.familiar()));
    tags.sort(null);
    digests.sort(null);
    return new Image(
        entry.id(),
        config,
        tags,
        digests,
        entry.parent().filter(p -> catalog.now().find(p).isPresent()),
        entry.created(),
        entry.lastTagged(),
        entry.sizeBytes());
  }

  /** An image whose config has rotted is shown all the same: it can be removed or loaded again. */
  private ImageConfig configOrBlank(Entry entry) {
    try {
      return catalog.config(entry.id());
    } catch (StowageException.Corrupt rotten) {
      LOG.log(Level.WARNING, "image.damaged id={0} why={1}", entry.id(), rotten.getMessage());
      var config = ImageConfig.blank(Platform.host(), entry.created());
      for (var diffId : entry.diffIds()) {
        var step = new ImageConfig.History(Optional.empty(), "", "", "", false);
        config = config.with(step, Optional.of(diffId));
      }
      return config;
    }
  }

  List<Image> list(Filters filters, boolean all) {
    var images = catalog.now();
    var dangling = filters.dangling();
    var shown = new ArrayList<Image>();
    for (var entry : images.images().values()) {
      var references = filters.references(entry);
      boolean hasTag = references.stream().anyMatch(r -> r.tag().isPresent());
      boolean wanted =
          references.isEmpty()
              ? (all || images.children(entry.id()).isEmpty())
                  && dangling.orElse(true)
                  && !filters.hasReferences()
              : !(dangling.orElse(false) && hasTag);
      if (wanted && filters.fit(entry)) {
        shown.add(image(entry, configOrBlank(entry), references));
      }
    }
    shown.sort(Comparator.comparing(Image::created).reversed().thenComparing(Image::id));
    return shown;
  }

  List<HistoryEntry> history(Entry image) {
    var config = catalog.config(image.id());
    var steps = new ArrayList<HistoryEntry>();
    int layer = 0;
    for (var step : history(config)) {
      long size = 0;
      if (!step.emptyLayer() && layer < image.diffIds().size()) {
        size = size(image.diffIds().get(layer++));
      }
      steps.add(
          new HistoryEntry(
              "<missing>",
              step.created().orElse(Instant.EPOCH),
              step.createdBy(),
              List.of(),
              size,
              step.comment()));
    }
    var shown = new ArrayList<>(steps.reversed());
    nameKnown(image, shown);
    return shown;
  }

  /** An image whose config tells no history still has its layers. */
  private static List<ImageConfig.History> history(ImageConfig config) {
    var told = config.history();
    long made = told.stream().filter(step -> !step.emptyLayer()).count();
    if (made >= config.diffIds().size()) {
      return told;
    }
    var steps = new ArrayList<ImageConfig.History>();
    for (long i = made; i < config.diffIds().size(); i++) {
      steps.add(new ImageConfig.History(config.created(), "", "", "", false));
    }
    steps.addAll(told);
    return steps;
  }

  /** The newest step is the image; the ones its parents end with are they, if they are here. */
  private void nameKnown(Entry image, List<HistoryEntry> steps) {
    var images = catalog.now();
    var next = Optional.of(image);
    var seen = new HashSet<Digest>();
    int at = 0;
    while (next.isPresent() && at < steps.size() && seen.add(next.get().id())) {
      var entry = next.get();
      var tags =
          entry.parsedReferences().stream()
              .filter(r -> r.tag().isPresent())
              .map(Reference::familiar)
              .toList();
      var step = steps.get(at);
      steps.set(
          at,
          new HistoryEntry(
              entry.id().toString(),
              step.created(),
              step.createdBy(),
              tags,
              step.sizeBytes(),
              step.comment()));
      at++;
      next = entry.parent().flatMap(images::find);
    }
  }

  private long size(Digest diffId) {
    return layers.find(diffId).map(layer -> layer.contentBytes()).orElse(0L);
  }

  ImagesUsage usage() {
    var users = new HashMap<Digest, Integer>();
    var images = catalog.now().images().values();
    for (var image : images) {
      new HashSet<>(image.diffIds()).forEach(diffId -> users.merge(diffId, 1, Integer::sum));
    }
    long total = 0;
    for (var diffId : users.keySet()) {
      total += size(diffId);
    }
    Map<Digest, Long> shared = new HashMap<>();
    for (var image : images) {
      long bytes = 0;
      for (var diffId : image.diffIds()) {
        bytes += users.get(diffId) > 1 ? size(diffId) : 0;
      }
      shared.put(image.id(), bytes);
    }
    return new ImagesUsage(total, shared);
  }
}
