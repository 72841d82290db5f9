package stowage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.agent.Recovered;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.e2e.Acknowledged.Fact;
import stowage.e2e.Acknowledged.Moment;
import stowage.e2e.Acknowledged.Thing;
import stowage.layer.LayerStore;
import stowage.store.Blobs;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.Records;
import stowage.store.SqliteRecords;

/** Recovers a data root as a start of the agent does, and holds it against what was acknowledged. */
final class CrashCheck {
  /** What is wrong: acknowledged and not there, there and not right, there and nobody's. */
  record Found(List<String> lost, List<String> damaged, List<String> leaked) {
    boolean isSound() {
      return lost.isEmpty() && damaged.isEmpty() && leaked.isEmpty();
    }
  }

  private final Path root;
  private final Records records;
  private final Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

  private CrashCheck(Path root, Records records) {
    this.root = root;
    this.records = records;
  }

  /** Recovers and checks; {@code run} is a fresh folder, as after the machine's start. */
  static Found of(Path root, Path run, Moment moment) throws IOException {
    Recovered.once(root, run);
    try (var records = SqliteRecords.open(root)) {
      var check = new CrashCheck(root, records);
      for (var fact : moment.facts().entrySet()) {
        if (fact.getValue().isPresent()) {
          check.fact(fact.getKey(), fact.getValue().get());
        }
      }
      check.images();
      check.containers();
      check.layers(run);
      check.found.leaked.addAll(RootFiles.wrong(root, records));
      check.found.leaked.addAll(RootFiles.layersAmiss(records));
      return check.found;
    }
  }

  private void fact(Thing thing, Fact fact) throws IOException {
    switch (fact) {
      case Fact.Image image -> {
        var there = records.find("image", image.id().hex());
        if (there.isEmpty() || !isTagged(there.get(), thing.name())) {
          found.lost.add(thing.toString());
        }
      }
      case Fact.Volume volume -> {
        if (records.find("volume", thing.name()).isEmpty()) {
          found.lost.add(thing.toString());
        }
        files(thing, root.resolve("volumes/" + thing.name() + "/_data"), volume.files());
      }
      case Fact.Container container -> {
        if (records.find("container", container.id()).isEmpty()) {
          found.lost.add(thing.toString());
        }
        files(thing, root.resolve("containers/" + container.id() + "/upper"), container.files());
      }
      case Fact.Gone _ -> {
        if (isThere(thing)) {
          found.damaged.add(thing + " was removed and is back");
        }
      }
    }
  }

  private static boolean isTagged(JsonObject image, String name) {
    return image.strings("references").stream().anyMatch(r -> r.endsWith(name));
  }

  private boolean isThere(Thing thing) {
    return switch (thing.kind()) {
      case "image" ->
          records.list("image").values().stream().anyMatch(i -> isTagged(i, "/" + thing.name()));
      case "volume" -> records.find("volume", thing.name()).isPresent();
      case "container" ->
          records.list("container").values().stream()
              .anyMatch(c -> c.required("name").equals(thing.name()));
      default -> throw new AssertionError(thing.kind());
    };
  }

  private void files(Thing thing, Path folder, Map<String, String> files) throws IOException {
    for (var file : files.entrySet()) {
      var path = folder.resolve(file.getKey());
      if (!Files.isRegularFile(path) || !Files.readString(path).equals(file.getValue())) {
        found.damaged.add(thing + " " + file.getKey());
      }
    }
  }

  /** Every image there is has its config and manifests, whole. */
  private void images() {
    var disk = new HostDisk(root);
    var blobs = new Blobs(disk, Publish.in(disk, "tmp"));
    for (var image : records.list("image").entrySet()) {
      var named = new ArrayList<>(image.getValue().strings("manifests"));
      named.add(image.getKey());
      for (var blob : named) {
        try {
          if (blobs.find(digest(blob)).isEmpty()) {
            found.damaged.add("image " + image.getKey() + " without " + blob);
          }
        } catch (StowageException.Corrupt e) {
          found.damaged.add(e.getMessage());
        }
      }
    }
  }

  private static Digest digest(String text) {
    return text.contains(":") ? Digest.parse(text) : new Digest(text);
  }

  /** What ran when the power went does not run any more. */
  private void containers() {
    for (var container : records.list("container").entrySet()) {
      if (container.getValue().object("state").orElseThrow().required("word").equals("running")) {
        found.damaged.add("container " + container.getKey() + " runs, it says");
      }
    }
  }

  /** Every layer's tar has its diffId, and its index is the one the tar gives. */
  private void layers(Path run) {
    var disk = new HostDisk(root);
    var publish = Publish.in(disk, "tmp");
    try (var layers = new LayerStore(root, run, disk, publish, records, Time.SYSTEM)) {
      var report = layers.check(List.of(), Optional.empty(), Progress.NONE);
      report.damaged().forEach(damage -> found.damaged.add(damage.toString()));
      report.repaired().forEach(diffId -> found.damaged.add("index of " + diffId));
    }
  }
}
