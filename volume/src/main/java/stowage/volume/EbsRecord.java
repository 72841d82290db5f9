package stowage.volume;

import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.JsonObject;
import stowage.store.Records;

/**
 * What this host keeps of an {@code ebs} volume besides what the region has.
 *
 * @param id of the volume's record, in whose name the region's tags speak
 * @param filesystem what it is formatted with if it is blank
 * @param attached whether this driver asked for the attachment, and so is to end it
 * @param formatting the epoch of the attachment under which formatting began and has not ended; 0:
 *     none
 * @param filling whether the first content may be half there
 * @param retired whether the region was told that it is to go
 * @param usedBytes of the filesystem when it was last mounted; -1: never
 */
record EbsRecord(
    String name,
    String id,
    String filesystem,
    boolean attached,
    long formatting,
    boolean filling,
    boolean retired,
    long usedBytes) {
  static final String KIND = "ebs";

  static EbsRecord fresh(String name, String id, String filesystem) {
    return new EbsRecord(name, id, filesystem, false, 0, false, false, -1);
  }

  EbsRecord attached(boolean now) {
    return new EbsRecord(name, id, filesystem, now, formatting, filling, retired, usedBytes);
  }

  EbsRecord formatting(long epoch) {
    return new EbsRecord(name, id, filesystem, attached, epoch, filling, retired, usedBytes);
  }

  EbsRecord filling(boolean now) {
    return new EbsRecord(name, id, filesystem, attached, formatting, now, retired, usedBytes);
  }

  EbsRecord retired(boolean now) {
    return new EbsRecord(name, id, filesystem, attached, formatting, filling, now, usedBytes);
  }

  EbsRecord usedBytes(long now) {
    return new EbsRecord(name, id, filesystem, attached, formatting, filling, retired, now);
  }

  Records.Change put() {
    var body = new LinkedHashMap<String, Object>();
    body.put("name", name);
    body.put("filesystem", filesystem);
    body.put("attached", attached);
    body.put("formatting", formatting);
    body.put("filling", filling);
    body.put("retired", retired);
    body.put("usedBytes", usedBytes);
    return new Records.Change.Put(KIND, id, Map.copyOf(body));
  }

  Records.Change delete() {
    return new Records.Change.Delete(KIND, id);
  }

  static EbsRecord read(String id, JsonObject body) {
    return new EbsRecord(
        body.required("name"),
        id,
        body.required("filesystem"),
        body.bool("attached"),
        body.number("formatting", 0),
        body.bool("filling"),
        body.bool("retired"),
        body.number("usedBytes", -1));
  }
}
