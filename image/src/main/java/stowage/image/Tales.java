package stowage.image;

import java.util.HashMap;
import java.util.Map;
import stowage.base.Digest;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.oci.Reference;

/** Tells what happened to images, with the attributes Docker's events have: name and labels. */
final class Tales {
  private static final String TYPE = "image";

  private final Catalog catalog;
  private final Events events;

  Tales(Catalog catalog, Events events) {
    this.catalog = catalog;
    this.events = events;
  }

  /** Labels looked up while the images were still there. */
  static final class Labels {
    private final Catalog catalog;
    private final Map<Digest, Map<String, String>> labels = new HashMap<>();

    Labels(Catalog catalog) {
      this.catalog = catalog;
    }

    void remember(Digest image) {
      try {
        labels.put(image, catalog.config(image).labels());
      } catch (StowageException unreadable) {
        labels.put(image, Map.of()); // no reason to fail: an image must go even without its config
      }
    }

    Map<String, String> of(Digest image) {
      if (!labels.containsKey(image)) {
        remember(image);
      }
      return labels.get(image);
    }
  }

  /** Something happened to an image by its id: delete, untag, load, save, import. */
  void tell(String action, Digest image, Labels labels) {
    tell(action, image.toString(), image.toString(), labels.of(image));
  }

  void tell(String action, Digest image) {
    tell(action, image, new Labels(catalog));
  }

  /** An image got a name. */
  void tagged(Digest image, Reference name) {
    tell("tag", image.toString(), name.familiar(), new Labels(catalog).of(image));
  }

  /** An image came from or went to a registry under a name. */
  void moved(String action, Digest image, Reference name) {
    tell(action, name.familiar(), name.familiarName(), new Labels(catalog).of(image));
  }

  void pruned(long reclaimedBytes) {
    events.tell(TYPE, "prune", "", Map.of("reclaimed", Long.toString(reclaimedBytes)));
  }

  private void tell(String action, String id, String name, Map<String, String> labels) {
    var attributes = new HashMap<>(labels);
    attributes.put("name", name);
    events.tell(TYPE, action, id, attributes);
  }
}
