package stowage.image;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.oci.ImageConfig;
import stowage.oci.Reference;

/**
 * An image about to be recorded; its layers are here, held by a lease.
 *
 * @param names what shall point at it, taken from other images if need be
 * @param manifests what it came with
 */
record Addition(
    ImageConfig config,
    List<Reference> names,
    List<Entry.Source> sources,
    List<byte[]> manifests,
    Optional<Digest> parent) {

  /** An image without an origin: loaded, imported, committed. */
  static Addition of(ImageConfig config, List<Reference> names, Optional<Digest> parent) {
    return new Addition(config, names, List.of(), List.of(), parent);
  }

  /**
   * Adds it to a draft, or what is new about it if the image is there already.
   *
   * @param taggedAt when it was tagged; the epoch if this is not a tagging
   * @return those names that did not point at it before
   */
  List<Reference> into(Catalog.Draft draft, LayerStore layers, Instant taggedAt) {
    Digest id = config.digest();
    Entry entry = draft.view().find(id).orElseGet(() -> fresh(layers));
    entry = entry.withOrigin(manifests.stream().map(Digest::of).toList(), sources);
    if (parent.isPresent() && entry.parent().isEmpty() && !parent.get().equals(id)) {
      entry = entry.withParent(parent.get());
    }
    if (taggedAt.isAfter(entry.lastTagged())) {
      entry = entry.taggedAt(taggedAt);
    }
    draft.config(config);
    manifests.forEach(draft::blob);
    var moved = new ArrayList<Reference>();
    for (var name : names) {
      if (!entry.references().contains(name.toString())) {
        moved.add(name);
        entry = entry.with(name);
      }
    }
    for (var name : moved) {
      draft.view().find(name.toString()).ifPresent(other -> draft.put(other.without(name)));
    }
    draft.put(entry);
    return moved;
  }

  private Entry fresh(LayerStore layers) {
    long size = 0;
    for (var diffId : config.diffIds()) {
      size +=
          layers
              .find(diffId)
              .orElseThrow(
                  () -> new StowageException.NotFound(Resource.LAYER, diffId.toString()))
              .contentBytes();
    }
    return new Entry(
        config.digest(),
        config.diffIds(),
        List.of(),
        List.of(),
        List.of(),
        parent,
        config.created().orElse(Instant.EPOCH),
        Instant.EPOCH,
        size);
  }
}
