package stowage.block;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.Resource;
import stowage.base.StowageException.WrongState;
import stowage.block.VolumeSpec.Origin;

/**
 * What {@code volumes/<id>.json} says of a volume.
 *
 * @param spec it was made with; size and limits may have changed since
 * @param chain its layers, the head first
 * @param base the lowest of it, made from a snapshot
 * @param admissions by epoch
 * @param past for an instance, the highest epoch that is over
 * @param floor epochs up to it are over for everyone
 */
record VolumeRecord(
    VolumeSpec spec,
    long sizeBytes,
    Limits limits,
    List<Link> chain,
    Optional<BaseLink> base,
    List<Admission> admissions,
    Map<String, Long> past,
    long floor) {

  /** A layer of a chain; {@code snapshot}: what was taken when it was the head, or empty. */
  record Link(long layer, String snapshot) {}

  /** The base of a chain. */
  record BaseLink(long layer, String snapshotId, String pin, long chunks) {}

  VolumeRecord {
    chain = List.copyOf(chain);
    admissions = List.copyOf(admissions);
    past = Map.copyOf(past);
  }

  VolumeRecord chained(List<Link> to) {
    return new VolumeRecord(spec, sizeBytes, limits, to, base, admissions, past, floor);
  }

  VolumeRecord sized(long to) {
    return new VolumeRecord(spec, to, limits, chain, base, admissions, past, floor);
  }

  VolumeRecord limited(Limits to) {
    return new VolumeRecord(spec, sizeBytes, to, chain, base, admissions, past, floor);
  }

  /** The chain after a snapshot: another head, and the old one marked with the snapshot. */
  VolumeRecord frozen(String snapshot, long head) {
    var to = new ArrayList<Link>();
    to.add(new Link(head, ""));
    to.addAll(marked(snapshot));
    return chained(to);
  }

  /** The chain as a snapshot has it. */
  List<Link> marked(String snapshot) {
    var to = new ArrayList<>(chain);
    to.set(0, new Link(chain.getFirst().layer(), snapshot));
    return to;
  }

  /**
   * Lets an attachment in, and those out that it ends.
   *
   * @throws WrongState if its epoch is past
   */
  VolumeRecord admit(Attach a) {
    var now = new Admission(a.volumeId(), a.instanceId(), a.epoch(), a.readOnly(), a.shared());
    if (admissions.contains(now)) {
      return this;
    }
    boolean isPast =
        a.epoch() <= floor
            || a.epoch() <= past.getOrDefault(a.instanceId(), 0L)
            || admissions.stream()
                .anyMatch(
                    other ->
                        other.epoch() >= a.epoch()
                            && (!other.shared()
                                || !a.shared()
                                || other.instanceId().equals(a.instanceId())));
    if (isPast) {
      throw new WrongState(Resource.VOLUME, a.volumeId(), "attached anew", "at " + a.epoch());
    }
    var stay = new ArrayList<Admission>();
    var over = new LinkedHashMap<>(past);
    for (Admission other : admissions) {
      if (a.shared() && other.shared() && !other.instanceId().equals(a.instanceId())) {
        stay.add(other);
      } else {
        over.merge(other.instanceId(), other.epoch(), Math::max);
      }
    }
    stay.add(now);
    stay.sort(java.util.Comparator.comparingLong(Admission::epoch));
    long newFloor = a.shared() ? floor : Math.max(floor, a.epoch() - 1);
    over.values().removeIf(epoch -> epoch <= newFloor);
    return new VolumeRecord(spec, sizeBytes, limits, chain, base, stay, over, newFloor);
  }

  /** Ends the instance's admission of that epoch or a lower one, for good. */
  VolumeRecord cut(String instanceId, long epoch) {
    var stay = new ArrayList<>(admissions);
    stay.removeIf(a -> a.instanceId().equals(instanceId) && a.epoch() <= epoch);
    var over = new LinkedHashMap<>(past);
    if (epoch > floor) {
      over.merge(instanceId, epoch, Math::max);
    }
    return new VolumeRecord(spec, sizeBytes, limits, chain, base, stay, over, floor);
  }

  byte[] json() {
    var map = new LinkedHashMap<String, Object>();
    map.put("format", 1);
    map.put("engine", "cow");
    map.put("id", spec.id());
    map.put("sizeBytes", sizeBytes);
    map.put("limits", limits(limits));
    map.putAll(chain(chain, base));
    map.put(
        "admissions",
        admissions.stream()
            .map(
                a ->
                    Map.of(
                        "instance", a.instanceId(),
                        "epoch", a.epoch(),
                        "readOnly", a.readOnly(),
                        "shared", a.shared()))
            .toList());
    map.put("past", past);
    map.put("floor", floor);
    return Json.bytes(withSpec(map));
  }

  private Map<String, Object> withSpec(Map<String, Object> map) {
    var made = new LinkedHashMap<String, Object>();
    made.put("sizeBytes", spec.sizeBytes());
    made.put("limits", limits(spec.limits()));
    made.put("hydrationBytesPerSecond", spec.hydrationBytesPerSecond());
    spec.key().ifPresent(key -> made.put("key", key));
    spec.origin()
        .ifPresent(
            origin -> {
              switch (origin) {
                case Origin.OfSnapshot(String id) -> made.put("snapshot", id);
                case Origin.OfVolume(String id) -> made.put("volume", id);
              }
            });
    map.put("spec", made);
    return map;
  }

  private static Map<String, Object> limits(Limits limits) {
    return Map.of("iops", limits.iops(), "bytesPerSecond", limits.bytesPerSecond());
  }

  private static Limits limits(JsonObject json) {
    return new Limits(json.number("iops", 0), json.number("bytesPerSecond", 0));
  }

  /** A chain's fields, of volumes and of snapshots. */
  static Map<String, Object> chain(List<Link> chain, Optional<BaseLink> base) {
    var map = new LinkedHashMap<String, Object>();
    map.put(
        "chain",
        chain.stream()
            .map(
                link ->
                    Map.of("layer", Long.toHexString(link.layer()), "snapshot", link.snapshot()))
            .toList());
    base.ifPresent(
        b ->
            map.put(
                "base",
                Map.of(
                    "layer", Long.toHexString(b.layer()),
                    "snapshot", b.snapshotId(),
                    "pin", b.pin(),
                    "chunks", b.chunks())));
    return map;
  }

  static List<Link> chain(JsonObject json) {
    return json.objects("chain").stream()
        .map(
            link ->
                new Link(
                    Long.parseUnsignedLong(link.required("layer"), 16),
                    link.string("snapshot", "")))
        .toList();
  }

  static Optional<BaseLink> base(JsonObject json) {
    return json.object("base")
        .map(
            b ->
                new BaseLink(
                    Long.parseUnsignedLong(b.required("layer"), 16),
                    b.required("snapshot"),
                    b.required("pin"),
                    b.number("chunks", 0)));
  }

  static VolumeRecord parse(JsonObject json) {
    String id = json.required("id");
    JsonObject made = json.object("spec").orElseThrow();
    Optional<Origin> origin =
        made.string("snapshot")
            .<Origin>map(Origin.OfSnapshot::new)
            .or(() -> made.string("volume").map(Origin.OfVolume::new));
    var spec =
        new VolumeSpec(
            id,
            made.number("sizeBytes", 0),
            origin,
            made.string("key"),
            limits(made.object("limits").orElseThrow()),
            made.number("hydrationBytesPerSecond", 0));
    var admissions =
        json.objects("admissions").stream()
            .map(
                a ->
                    new Admission(
                        id,
                        a.required("instance"),
                        a.number("epoch", 0),
                        a.bool("readOnly"),
                        a.bool("shared")))
            .toList();
    var past = new LinkedHashMap<String, Long>();
    json.object("past")
        .ifPresent(all -> all.names().forEach(name -> past.put(name, all.number(name, 0))));
    return new VolumeRecord(
        spec,
        json.number("sizeBytes", 0),
        limits(json.object("limits").orElseThrow()),
        chain(json),
        base(json),
        admissions,
        past,
        json.number("floor", 0));
  }
}
