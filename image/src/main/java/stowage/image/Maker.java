package stowage.image;

import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.layer.Imported;
import stowage.layer.LayerStore;
import stowage.layer.Lease;
import stowage.oci.ImageConfig;
import stowage.oci.Platform;
import stowage.oci.Reference;

/** Makes images on this host: from a tar, and from a container's changes. */
final class Maker {
  private static final int BLOCK = 512;

  /** What of a container's config is the container's alone. */
  private static final List<String> OF_CONTAINER =
      List.of(
          "Hostname", "Domainname", "AttachStdin", "AttachStdout", "AttachStderr", "Tty",
          "OpenStdin", "StdinOnce", "Image", "NetworkDisabled", "MacAddress");

  private final Catalog catalog;
  private final LayerStore layers;
  private final Tales tales;
  private final Time time;

  Maker(Catalog catalog, LayerStore layers, Tales tales, Time time) {
    this.catalog = catalog;
    this.layers = layers;
    this.tales = tales;
    this.time = time;
  }

  Digest importTar(
      InputStream tar,
      Optional<String> reference,
      List<String> changes,
      String message,
      Optional<String> platform) {
    var name = reference.map(Maker::target);
    Platform target = platform.map(Platform::parse).orElseGet(Platform::host);
    requireLinux(target);
    var settings = ConfigChanges.apply(Map.of(), changes);
    try (var lease = layers.lease()) {
      var counted = new CountedStream(tar);
      var diffId = layer(counted, lease).layer().diffId();
      Instant now = time.now();
      var step = new ImageConfig.History(Optional.of(now), "", "", message, false);
      var config =
          ImageConfig.blank(target, now).withConfig(settings).with(step, Optional.of(diffId));
      layers.complete(config.diffIds());
      record(config, name, Optional.empty());
      tales.tell("import", config.digest());
      return config.digest();
    }
  }

  private Imported layer(CountedStream tar, Lease lease) {
    try {
      return layers.add(tar, Optional.empty(), lease, Progress.NONE, "");
    } catch (StowageException.Corrupt e) {
      throw tar.count() < BLOCK ? new StowageException.Corrupt("unexpected EOF", e) : e;
    }
  }

  private static void requireLinux(Platform platform) {
    if (!platform.os().equals("linux")) {
      throw new StowageException.InvalidArgument(
          "operating system is not supported: " + platform.os());
    }
  }

  /** A name to give: with a tag (latest when not said), never with a digest. */
  static Reference target(String text) {
    var reference = Reference.parse(text);
    if (reference.digest().isPresent()) {
      throw new StowageException.InvalidArgument("cannot import digest reference");
    }
    return reference.orLatest();
  }

  Digest commit(CommitRequest request) {
    var name = request.reference().map(Maker::target);
    var layer =
        layers
            .find(request.layer())
            .orElseThrow(
                () ->
                    new StowageException.NotFound(Resource.LAYER, request.layer().toString()));
    boolean empty = layer.files() == 0;
    var step =
        new ImageConfig.History(
            Optional.of(time.now()),
            String.join(" ", request.config().strings("Cmd")),
            request.author(),
            request.comment(),
            empty);
    try (var lease = layers.lease()) {
      request.chain().forEach(lease::hold);
      var base = base(request);
      var changed = ConfigChanges.apply(settings(base, request), request.changes());
      var config =
          base.with(step, empty ? Optional.empty() : Optional.of(request.layer()))
              .withConfig(changed)
              .withFields(fields(request));
      layers.complete(config.diffIds());
      record(config, name, request.parent());
      return config.digest();
    }
  }

  /** What the image says of running, with what the container says instead. */
  private static Map<String, Object> settings(ImageConfig base, CommitRequest request) {
    var settings = new LinkedHashMap<>(base.config().map());
    settings.putAll(request.config().map());
    OF_CONTAINER.forEach(settings::remove);
    settings.values().removeIf(Maker::isNothing);
    return settings;
  }

  private static boolean isNothing(Object value) {
    return value == null
        || value.equals("")
        || value instanceof List<?> list && list.isEmpty()
        || value instanceof Map<?, ?> map && map.isEmpty();
  }

  private static Map<String, Object> fields(CommitRequest request) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("author", request.author().isEmpty() ? null : request.author());
    fields.put("container", request.containerId());
    return fields;
  }

  /** The container's image, or what its layers tell when that is gone. */
  private ImageConfig base(CommitRequest request) {
    var parent = request.parent().filter(id -> catalog.now().find(id).isPresent());
    if (parent.isPresent()) {
      var config = catalog.config(parent.get());
      if (config.diffIds().equals(request.chain())) {
        return config;
      }
    }
    var config = ImageConfig.blank(Platform.host(), Instant.EPOCH);
    for (var diffId : request.chain()) {
      var step = new ImageConfig.History(Optional.empty(), "", "", "", false);
      config = config.with(step, Optional.of(diffId));
    }
    return config;
  }

  private void record(ImageConfig config, Optional<Reference> name, Optional<Digest> parent) {
    var addition =
        Addition.of(config, name.stream().toList(), parent.filter(p -> known(p)));
    catalog.change(
        draft -> addition.into(draft, layers, name.isPresent() ? time.now() : Instant.EPOCH));
    name.ifPresent(n -> tales.tagged(config.digest(), n));
  }

  private boolean known(Digest image) {
    return catalog.now().find(image).isPresent();
  }
}
