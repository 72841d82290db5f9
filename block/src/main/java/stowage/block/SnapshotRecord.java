package stowage.block;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.JsonObject;
import stowage.block.VolumeRecord.BaseLink;
import stowage.block.VolumeRecord.Link;

/**
 * What {@code snapshots/<first id>.json} says of each snapshot that was taken at one instant.
 *
 * @param chain the frozen layers while they are needed; empty when completed
 * @param facts how far its copy is; {@code Pending} says nothing of how far
 */
record SnapshotRecord(
    String id,
    String volumeId,
    long sizeBytes,
    List<Link> chain,
    Optional<BaseLink> base,
    SnapshotFacts facts) {

  /** What is being taken of a volume that is as the record says. */
  static SnapshotRecord pending(String id, VolumeRecord of) {
    return new SnapshotRecord(
        id, of.spec().id(), of.sizeBytes(), of.marked(id), of.base(), new SnapshotFacts.Pending(0));
  }

  SnapshotRecord ended(SnapshotFacts as) {
    return new SnapshotRecord(id, volumeId, sizeBytes, List.of(), Optional.empty(), as);
  }

  boolean isPending() {
    return facts instanceof SnapshotFacts.Pending;
  }

  Map<String, Object> json() {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", id);
    map.put("volume", volumeId);
    map.put("sizeBytes", sizeBytes);
    map.putAll(VolumeRecord.chain(chain, base));
    switch (facts) {
      case SnapshotFacts.Pending pending -> map.put("state", "pending");
      case SnapshotFacts.Completed(long stored) -> {
        map.put("state", "completed");
        map.put("storedBytes", stored);
      }
      case SnapshotFacts.Error(String reason) -> {
        map.put("state", "error");
        map.put("reason", reason);
      }
    }
    return map;
  }

  static SnapshotRecord parse(JsonObject json) {
    SnapshotFacts facts =
        switch (json.required("state")) {
          case "completed" -> new SnapshotFacts.Completed(json.number("storedBytes", 0));
          case "error" -> new SnapshotFacts.Error(json.string("reason", ""));
          default -> new SnapshotFacts.Pending(0);
        };
    return new SnapshotRecord(
        json.required("id"),
        json.required("volume"),
        json.number("sizeBytes", 0),
        VolumeRecord.chain(json),
        VolumeRecord.base(json),
        facts);
  }
}
