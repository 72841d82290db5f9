package stowage.docker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.container.Container;
import stowage.container.Mount;
import stowage.container.State;
import stowage.image.Image;
import stowage.volume.Volume;
import stowage.volume.VolumeFilter;

/** Things as listings and {@code system df} show them. */
final class Rows {
  private final Engine engine;

  Rows(Engine engine) {
    this.engine = engine;
  }

  /** Containers as {@code ps} shows them. */
  List<Map<String, Object>> containers(List<Container> containers, boolean size) {
    var rows = new ArrayList<Map<String, Object>>();
    for (Container container : containers) {
      rows.add(container(container, size));
    }
    return rows;
  }

  private Map<String, Object> container(Container container, boolean size) {
    var row = new LinkedHashMap<String, Object>();
    row.put("Id", container.id());
    row.put("Names", List.of("/" + container.name()));
    row.put("Image", imageName(container));
    row.put("ImageID", container.imageId().toString());
    row.put("Command", command(container.arguments()));
    row.put("Created", container.created().getEpochSecond());
    row.put("Ports", List.of());
    if (size) {
      sizes(container).ifPresent(row::putAll);
    }
    row.put("Labels", container.spec().labels());
    row.put("State", container.state().word());
    row.put("Status", status(container.state()));
    row.put("HostConfig", Map.of("NetworkMode", container.spec().network().mode()));
    row.put("NetworkSettings", Map.of("Networks", Endpoints.of(container)));
    row.put("Mounts", mounts(container));
    return row;
  }

  /** What it wrote and the whole, unless it goes away meanwhile. */
  Optional<Map<String, Object>> sizes(Container container) {
    try {
      long written = engine.containers().usage(container.id()).bytes();
      long image = engine.images().byId(container.imageId()).map(Image::sizeBytes).orElse(0L);
      var sizes = new LinkedHashMap<String, Object>();
      sizes.put("SizeRw", written);
      sizes.put("SizeRootFs", image + written);
      return Optional.of(sizes);
    } catch (StowageException.NotFound | StowageException.WrongState gone) {
      return Optional.empty();
    }
  }

  /** The name the container was made from, as long as it still means the same image. */
  private String imageName(Container container) {
    String asked = container.spec().image();
    return engine
        .images()
        .find(asked)
        .filter(image -> image.id().equals(container.imageId()))
        .map(_ -> asked)
        .orElse(container.imageId().toString());
  }

  private static String command(List<String> words) {
    return words.stream()
        .map(word -> word.contains(" ") && word != words.getFirst() ? "'" + word + "'" : word)
        .collect(Collectors.joining(" "));
  }

  /** How it is, in words: "Up 3 minutes", "Exited (0) 2 seconds ago". */
  String status(State state) {
    return switch (state) {
      case State.Created _ -> "Created";
      case State.Running running -> "Up " + since(running);
      case State.Paused paused -> "Up " + since(paused.running()) + " (Paused)";
      case State.Restarting restarting ->
          "Restarting (%d) %s ago"
              .formatted(restarting.last().exitCode(), since(restarting.last()));
      case State.Exited exited ->
          "Exited (%d) %s ago".formatted(exited.exitCode(), since(exited));
      case State.Removing _ -> "Removal In Progress";
    };
  }

  private String since(State.Running running) {
    return Times.human(Duration.between(running.startedAt(), engine.time().now()));
  }

  private String since(State.Exited exited) {
    return Times.human(Duration.between(exited.finishedAt(), engine.time().now()));
  }

  /** A container's mounts as ps and inspect show them. */
  List<Map<String, Object>> mounts(Container container) {
    var mounts = new ArrayList<Map<String, Object>>();
    for (Mount mount : container.spec().storage().mounts()) {
      if (mount instanceof Mount.Tmpfs tmpfs && !tmpfs.fromMounts()) {
        continue;
      }
      mounts.add(mount(mount));
    }
    return mounts;
  }

  private Map<String, Object> mount(Mount mount) {
    var json = new LinkedHashMap<String, Object>();
    json.put("Type", mount.type());
    switch (mount) {
      case Mount.Bind bind -> json.put("Source", bind.source());
      case Mount.Volume volume -> {
        json.put("Name", volume.name());
        json.put(
            "Source",
            engine.volumes().find(volume.name()).map(Volume::mountpoint).orElse(""));
      }
      case Mount.Tmpfs _ -> json.put("Source", "");
      case Mount.Image image -> {
        json.put("Name", image.reference());
        json.put("Source", "");
      }
    }
    json.put("Destination", mount.target());
    if (mount instanceof Mount.Volume volume) {
      json.put("Driver", volume.driver());
    }
    json.put("Mode", mount.mode());
    json.put("RW", !mount.readOnly());
    json.put("Propagation", mount instanceof Mount.Bind bind ? bind.propagation().word() : "");
    return json;
  }

  /** A volume. */
  static Map<String, Object> volume(Volume volume) {
    var row = new LinkedHashMap<String, Object>();
    row.put("CreatedAt", Times.rfc3339(volume.created().truncatedTo(
        java.time.temporal.ChronoUnit.SECONDS)));
    row.put("Driver", volume.driver());
    row.put("Labels", volume.labels().isEmpty() ? null : volume.labels());
    row.put("Mountpoint", volume.mountpoint());
    row.put("Name", volume.name());
    row.put("Options", volume.options().isEmpty() ? null : volume.options());
    row.put("Scope", "local");
    return row;
  }

  /** All volumes with what they take. */
  List<Map<String, Object>> volumeUsage() {
    var rows = new ArrayList<Map<String, Object>>();
    for (Volume volume : engine.volumes().list(VolumeFilter.ALL)) {
      try {
        var usage = new LinkedHashMap<String, Object>();
        usage.put("RefCount", engine.volumes().holders(volume.name()).size());
        usage.put("Size", engine.volumes().usageBytes(volume.name()));
        var row = volume(volume);
        row.put("UsageData", usage);
        rows.add(row);
      } catch (StowageException.NotFound removedMeanwhile) {
        continue;
      }
    }
    return rows;
  }

  /** An image as {@code images} shows it; -1 means "not asked for". */
  static Map<String, Object> image(
      Image image, long sharedBytes, long containers, ApiVersion version) {
    var labels = image.config().config().map().get("Labels");
    var row = new LinkedHashMap<String, Object>();
    row.put("Containers", containers);
    row.put("Created", image.created().getEpochSecond());
    row.put("Id", image.id().toString());
    row.put("Labels", labels);
    row.put("ParentId", image.parent().map(Digest::toString).orElse(""));
    row.put("RepoDigests", image.repoDigests());
    row.put("RepoTags", image.tags());
    row.put("SharedSize", sharedBytes);
    row.put("Size", image.sizeBytes());
    if (!version.atLeast(44)) {
      row.put("VirtualSize", image.sizeBytes());
    }
    return row;
  }

  /** All images with what they share and who uses them. */
  List<Map<String, Object>> imageUsage(ApiVersion version) {
    var users = new HashMap<Digest, Long>();
    engine.containers().list().forEach(c -> users.merge(c.imageId(), 1L, Long::sum));
    var shared = engine.images().usage().sharedBytes();
    return engine.images().list(Map.of(), false).stream()
        .map(
            image ->
                image(
                    image,
                    shared.getOrDefault(image.id(), 0L),
                    users.getOrDefault(image.id(), 0L),
                    version))
        .toList();
  }
}
