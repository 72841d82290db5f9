package stowage.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import stowage.base.JsonObject;

/** A snapshot's record: docs/formats/region.md. */
final class SnapshotJson {
  private SnapshotJson() {}

  static Map<String, Object> write(EbsSnapshot snapshot) {
    var json = new LinkedHashMap<String, Object>();
    json.put("origin", origin(snapshot.origin()));
    json.put("started", snapshot.started().toString());
    json.put("sizeGib", snapshot.sizeGib());
    snapshot.keyId().ifPresent(id -> json.put("keyId", id));
    json.put("description", snapshot.description());
    json.put("state", snapshot.state().word());
    switch (snapshot.state()) {
      case SnapshotState.Pending pending -> json.put("percent", (long) pending.percent());
      case SnapshotState.Completed done -> {
        json.put("completed", done.at().toString());
        json.put("storedBytes", done.storedBytes());
      }
      case SnapshotState.Failed failed -> json.put("reason", failed.reason());
      case SnapshotState.Deleting _ -> {}
    }
    json.put("readers", new TreeSet<>(snapshot.readers()).stream().toList());
    json.put("tags", new TreeMap<String, Object>(snapshot.tags()));
    return json;
  }

  private static Map<String, Object> origin(SnapshotOrigin origin) {
    var json = new LinkedHashMap<String, Object>();
    switch (origin) {
      case SnapshotOrigin.OfVolume of -> {
        json.put("volumeId", of.volumeId());
        json.put("zone", of.zone());
      }
      case SnapshotOrigin.CopyOf of -> json.put("copyOf", of.snapshotId());
      case SnapshotOrigin.Direct direct -> {
        json.put("timeoutSeconds", direct.timeout().toSeconds());
        json.put("lastPut", direct.lastPut().toString());
        direct.parentId().ifPresent(id -> json.put("parentId", id));
        direct.completion().ifPresent(said -> json.put("blocks", said.blocks()));
        direct
            .completion()
            .flatMap(SnapshotOrigin.Completion::checksum)
            .ifPresent(sum -> json.put("checksum", sum));
      }
    }
    return json;
  }

  static EbsSnapshot read(String id, JsonObject json) {
    return new EbsSnapshot(
        id,
        origin(json.object("origin").orElseThrow(() -> Table.strange(id, "origin", ""))),
        Instant.parse(json.required("started")),
        json.number("sizeGib", 0),
        json.string("keyId"),
        json.string("description", ""),
        state(id, json),
        Set.copyOf(json.strings("readers")),
        new TreeMap<>(json.stringMap("tags")));
  }

  private static SnapshotOrigin origin(JsonObject json) {
    if (json.has("volumeId")) {
      return new SnapshotOrigin.OfVolume(json.required("volumeId"), json.required("zone"));
    }
    if (json.has("copyOf")) {
      return new SnapshotOrigin.CopyOf(json.required("copyOf"));
    }
    Optional<SnapshotOrigin.Completion> said =
        json.number("blocks")
            .map(blocks -> new SnapshotOrigin.Completion(blocks, json.string("checksum")));
    return new SnapshotOrigin.Direct(
        json.string("parentId"),
        Duration.ofSeconds(json.number("timeoutSeconds", 0)),
        Instant.parse(json.required("lastPut")),
        said);
  }

  private static SnapshotState state(String id, JsonObject json) {
    String word = json.required("state");
    return switch (word) {
      case "pending" -> new SnapshotState.Pending(Math.toIntExact(json.number("percent", 0)));
      case "completed" ->
          new SnapshotState.Completed(
              Instant.parse(json.required("completed")), json.number("storedBytes", 0));
      case "error" -> new SnapshotState.Failed(json.string("reason", ""));
      case "deleting" -> new SnapshotState.Deleting();
      default -> throw Table.strange(id, "state", word);
    };
  }
}
