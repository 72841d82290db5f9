package stowage.blockd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.block.Attach;
import stowage.block.Attached;
import stowage.block.Limits;
import stowage.block.SnapshotFacts;
import stowage.block.SnapshotSpec;
import stowage.block.VolumeFacts;
import stowage.block.VolumeSpec;

/**
 * What a zone's clients and its server say to each other on the control socket: frames of a length
 * (four bytes, big endian) and so many bytes of JSON, one answer for each request in its order.
 */
final class ZoneWire {
  /** The longest frame; a longer one ends the connection. */
  static final int FRAME_MAX = 4 << 20;

  private ZoneWire() {}

  /** The next frame, empty when the other side has ended between two. */
  static Optional<JsonObject> read(DataInputStream in, String what) throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException ended) {
      return Optional.empty();
    }
    if (length < 0 || length > FRAME_MAX) {
      throw new IOException("%s: a frame of %d bytes".formatted(what, length));
    }
    var bytes = new byte[length];
    in.readFully(bytes);
    return Optional.of(Json.object(bytes, what));
  }

  static void write(DataOutputStream out, Map<String, Object> frame) throws IOException {
    var bytes = Json.bytes(frame);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  static Map<String, Object> of(VolumeSpec spec) {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", spec.id());
    map.put("sizeBytes", spec.sizeBytes());
    spec.origin()
        .ifPresent(
            origin -> {
              switch (origin) {
                case VolumeSpec.Origin.OfSnapshot from -> map.put("snapshot", from.snapshotId());
                case VolumeSpec.Origin.OfVolume from -> map.put("volume", from.volumeId());
              }
            });
    spec.key().ifPresent(key -> map.put("key", key));
    map.put("limits", of(spec.limits()));
    map.put("hydration", spec.hydrationBytesPerSecond());
    return map;
  }

  static VolumeSpec volumeSpec(JsonObject body) {
    Optional<VolumeSpec.Origin> snapshot =
        body.string("snapshot").map(VolumeSpec.Origin.OfSnapshot::new);
    Optional<VolumeSpec.Origin> volume = body.string("volume").map(VolumeSpec.Origin.OfVolume::new);
    return new VolumeSpec(
        body.required("id"),
        body.number("sizeBytes", 0),
        snapshot.or(() -> volume),
        body.string("key"),
        limits(body),
        body.number("hydration", 0));
  }

  static Map<String, Object> of(Limits limits) {
    return Map.of("iops", limits.iops(), "bytesPerSecond", limits.bytesPerSecond());
  }

  /** Those in the field {@code limits}. */
  static Limits limits(JsonObject body) {
    return body.object("limits")
        .map(l -> new Limits(l.number("iops", 0), l.number("bytesPerSecond", 0)))
        .orElse(Limits.NONE);
  }

  static Map<String, Object> of(Attach attach) {
    return Map.of(
        "volume", attach.volumeId(),
        "instance", attach.instanceId(),
        "epoch", attach.epoch(),
        "readOnly", attach.readOnly(),
        "shared", attach.shared(),
        "link", attach.link(),
        "path", attach.path());
  }

  static Attach attach(JsonObject body) {
    return new Attach(
        body.required("volume"),
        body.required("instance"),
        body.number("epoch", 0),
        body.bool("readOnly"),
        body.bool("shared"),
        body.string("link", ""),
        body.required("path"));
  }

  static Map<String, Object> of(Attached attached) {
    return Map.of(
        "volume", attached.volumeId(),
        "instance", attached.instanceId(),
        "epoch", attached.epoch(),
        "device", attached.device(),
        "path", attached.path(),
        "uri", attached.uri());
  }

  static Attached attached(JsonObject body) {
    return new Attached(
        body.required("volume"),
        body.required("instance"),
        body.number("epoch", 0),
        body.string("device", ""),
        body.required("path"),
        body.string("uri", ""));
  }

  static Map<String, Object> of(VolumeFacts facts) {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", facts.id());
    map.put("sizeBytes", facts.sizeBytes());
    map.put("engine", facts.engine());
    map.put("storedBytes", facts.storedBytes());
    map.put("sharedBytes", facts.sharedBytes());
    map.put("hydratedBytes", facts.hydratedBytes());
    map.put("hydrationBytes", facts.hydrationBytes());
    map.put("limits", of(facts.limits()));
    map.put("attachments", facts.attachments().stream().map(ZoneWire::of).toList());
    return map;
  }

  static VolumeFacts volumeFacts(JsonObject body) {
    return new VolumeFacts(
        body.required("id"),
        body.number("sizeBytes", 0),
        body.required("engine"),
        body.number("storedBytes", 0),
        body.number("sharedBytes", 0),
        body.number("hydratedBytes", 0),
        body.number("hydrationBytes", 0),
        limits(body),
        body.objects("attachments").stream().map(ZoneWire::attached).toList());
  }

  static Map<String, Object> of(SnapshotFacts facts) {
    return switch (facts) {
      case SnapshotFacts.Pending pending -> Map.of("percent", pending.percent());
      case SnapshotFacts.Completed completed -> Map.of("storedBytes", completed.storedBytes());
      case SnapshotFacts.Error error -> Map.of("reason", error.reason());
    };
  }

  static SnapshotFacts snapshotFacts(JsonObject body) {
    if (body.has("percent")) {
      return new SnapshotFacts.Pending((int) body.number("percent", 0));
    }
    return body.has("storedBytes")
        ? new SnapshotFacts.Completed(body.number("storedBytes", 0))
        : new SnapshotFacts.Error(body.required("reason"));
  }

  static List<Map<String, Object>> of(List<SnapshotSpec> specs) {
    return specs.stream()
        .map(s -> Map.<String, Object>of("snapshot", s.snapshotId(), "volume", s.volumeId()))
        .toList();
  }

  static List<SnapshotSpec> snapshotSpecs(JsonObject body) {
    return body.objects("snapshots").stream()
        .map(s -> new SnapshotSpec(s.required("snapshot"), s.required("volume")))
        .toList();
  }
}
