package stowage.cloud;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stowage.base.JsonObject;

/** A volume's record: docs/formats/region.md. */
final class VolumeJson {
  private VolumeJson() {}

  static Map<String, Object> write(EbsVolume volume) {
    var json = new LinkedHashMap<String, Object>();
    json.put("zone", volume.zone());
    json.put("created", volume.created().toString());
    json.putAll(config(volume.config()));
    volume.origin().snapshotId().ifPresent(id -> json.put("snapshotId", id));
    volume.origin().sourceVolumeId().ifPresent(id -> json.put("sourceVolumeId", id));
    json.put("initializationRate", volume.origin().initializationRate());
    volume.keyId().ifPresent(id -> json.put("keyId", id));
    json.put("state", volume.state().word());
    if (volume.state() instanceof EbsVolumeState.Failed failed) {
      json.put("reason", failed.reason());
    }
    json.put("attachments", volume.attachments().stream().map(VolumeJson::write).toList());
    json.put("epoch", volume.epoch());
    json.put("ioEnabled", volume.io().enabled());
    json.put("ioAuto", volume.io().auto());
    json.put("pendingSnapshots", volume.pendingSnapshots());
    json.put("tags", new TreeMap<String, Object>(volume.tags()));
    return json;
  }

  static Map<String, Object> config(VolumeConfig config) {
    var json = new LinkedHashMap<String, Object>();
    json.put("type", config.type().word());
    json.put("sizeGib", config.sizeGib());
    json.put("iops", config.iops());
    json.put("throughput", config.throughput());
    json.put("multiAttach", config.multiAttach());
    return json;
  }

  private static Map<String, Object> write(Attachment at) {
    var json = new LinkedHashMap<String, Object>();
    json.put("instanceId", at.instanceId());
    json.put("device", at.device());
    json.put("epoch", at.epoch());
    json.put("attached", at.attached().toString());
    json.put("deleteOnTermination", at.deleteOnTermination());
    json.put("phase", at.phase().word());
    switch (at.phase()) {
      case Attachment.Phase.Attaching _ -> {}
      case Attachment.Phase.Attached done -> {
        json.put("path", done.path());
        json.put("uri", done.uri());
      }
      case Attachment.Phase.Busy busy -> {
        json.put("path", busy.path());
        json.put("uri", busy.uri());
        json.put("holders", busy.holders());
      }
      case Attachment.Phase.Detaching out -> json.put("force", out.force());
    }
    return json;
  }

  static EbsVolume read(String id, JsonObject json) {
    return new EbsVolume(
        id,
        json.required("zone"),
        Instant.parse(json.required("created")),
        config(json),
        new VolumeOrigin(
            json.string("snapshotId"),
            json.string("sourceVolumeId"),
            json.number("initializationRate", 0)),
        json.string("keyId"),
        state(id, json),
        json.number("epoch", 0),
        new VolumeIo(json.bool("ioEnabled"), json.bool("ioAuto")),
        json.strings("pendingSnapshots"),
        new TreeMap<>(json.stringMap("tags")));
  }

  static VolumeConfig config(JsonObject json) {
    return new VolumeConfig(
        VolumeType.of(json.required("type")),
        json.number("sizeGib", 0),
        json.number("iops", 0),
        json.number("throughput", 0),
        json.bool("multiAttach"));
  }

  private static EbsVolumeState state(String id, JsonObject json) {
    String word = json.required("state");
    return switch (word) {
      case "creating" -> new EbsVolumeState.Creating();
      case "available" -> new EbsVolumeState.Available();
      case "in-use" -> new EbsVolumeState.InUse(attachments(id, json.objects("attachments")));
      case "deleting" -> new EbsVolumeState.Deleting();
      case "error" -> new EbsVolumeState.Failed(json.string("reason", ""));
      default -> throw Table.strange(id, "state", word);
    };
  }

  private static List<Attachment> attachments(String id, List<JsonObject> all) {
    return all.stream()
        .map(
            json ->
                new Attachment(
                    id,
                    json.required("instanceId"),
                    json.required("device"),
                    json.number("epoch", 0),
                    Instant.parse(json.required("attached")),
                    json.bool("deleteOnTermination"),
                    phase(id, json)))
        .toList();
  }

  private static Attachment.Phase phase(String id, JsonObject json) {
    String word = json.required("phase");
    String path = json.string("path", "");
    String uri = json.string("uri", "");
    return switch (word) {
      case "attaching" -> new Attachment.Phase.Attaching();
      case "attached" -> new Attachment.Phase.Attached(path, uri);
      case "busy" -> new Attachment.Phase.Busy(path, uri, json.string("holders", ""));
      case "detaching" -> new Attachment.Phase.Detaching(json.bool("force"));
      default -> throw Table.strange(id, "phase", word);
    };
  }
}
