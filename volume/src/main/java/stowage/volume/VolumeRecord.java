package stowage.volume;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.JsonObject;
import stowage.store.Records.Change;

/**
 * What is kept of a volume.
 *
 * @param id random, another for every volume: a volume made again under a name is another one
 * @param fresh whether it has had neither a first content nor a container that mounted it
 * @param madeFor the container whose creation made it, until that is sure to be there: it was
 *     started, or removed leaving the volume behind; empty otherwise
 */
record VolumeRecord(
    String name,
    String id,
    String driver,
    Map<String, String> options,
    Map<String, String> labels,
    Instant created,
    boolean anonymous,
    boolean fresh,
    String madeFor) {
  static final String KIND = "volume";

  /** With its first content. */
  VolumeRecord used() {
    return new VolumeRecord(name, id, driver, options, labels, created, anonymous, false, madeFor);
  }

  /** Nobody's but its user's. */
  VolumeRecord kept() {
    return new VolumeRecord(name, id, driver, options, labels, created, anonymous, fresh, "");
  }

  Change put() {
    var body = new LinkedHashMap<String, Object>();
    body.put("id", id);
    body.put("driver", driver);
    body.put("options", options);
    body.put("labels", labels);
    body.put("created", created.toString());
    body.put("anonymous", anonymous);
    body.put("fresh", fresh);
    body.put("madeFor", madeFor);
    return new Change.Put(KIND, name, body);
  }

  static VolumeRecord read(String name, JsonObject body) {
    return new VolumeRecord(
        name,
        body.required("id"),
        body.required("driver"),
        body.stringMap("options"),
        body.stringMap("labels"),
        Instant.parse(body.required("created")),
        body.bool("anonymous"),
        body.bool("fresh"),
        body.string("madeFor", ""));
  }
}
