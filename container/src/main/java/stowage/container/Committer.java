package stowage.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.image.CommitRequest;
import stowage.image.Images;
import stowage.layer.Lease;

/** Makes an image of what a container has written. */
final class Committer {
  private final Host host;
  private final Images images;
  private final Tales tales;

  Committer(Host host, Images images, Tales tales) {
    this.host = host;
    this.images = images;
    this.tales = tales;
  }

  Digest commit(
      Slot slot,
      Optional<String> reference,
      String author,
      String comment,
      List<String> changes,
      Optional<JsonObject> config,
      boolean pause) {
    slot.lock.lock();
    try (Lease lease = host.layers().lease()) {
      Container container = slot.container();
      boolean freeze = pause && container.state() instanceof State.Running;
      var active = host.active(container);
      if (freeze) {
        host.facts().cgroups().freeze(container.id(), true);
      }
      Digest layer;
      try {
        layer = host.layers().commit(active, lease).layer().diffId();
      } finally {
        if (freeze) {
          host.facts().cgroups().freeze(container.id(), false);
        }
      }
      var image =
          images.commit(
              new CommitRequest(
                  images.byId(container.imageId()).map(i -> i.id()),
                  container.chain(),
                  layer,
                  container.id(),
                  config.orElseGet(() -> config(container)),
                  changes,
                  author,
                  comment,
                  reference));
      tales.tell(container, "commit", Map.of("imageID", image.id().toString()));
      return image.id();
    } finally {
      slot.lock.unlock();
    }
  }

  /** The container's own config in Docker's form. */
  private static JsonObject config(Container container) {
    var spec = container.spec();
    var program = spec.program();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("User", program.user());
    fields.put("Env", program.env());
    fields.put("Cmd", program.command().orElse(List.of()));
    fields.put("WorkingDir", program.workingDir());
    fields.put("Entrypoint", program.entrypoint().orElse(List.of()));
    fields.put("Labels", spec.labels());
    if (!spec.lifecycle().stopSignal().isEmpty()) {
      fields.put("StopSignal", spec.lifecycle().stopSignal());
    }
    return JsonObject.of(fields, "config");
  }
}
