package stowage.layer;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.Digest;
import stowage.base.JsonObject;

/**
 * A layer's record: what others may know of it, and what only its chain can settle.
 *
 * @param implies which directories it has no entry for
 * @param hasLinksOrWhiteouts whether it links to files of layers below, or removes some
 * @param hidesBelow whether its root is opaque: layers below it are not seen at all
 */
record Facts(Layer layer, Implies implies, boolean hasLinksOrWhiteouts, boolean hidesBelow) {
  /** Which directories have no entry of their own. */
  enum Implies {
    NOTHING,
    ROOT,
    MORE
  }

  static final String KIND = "layer";

  /** Whether its plain index is right whatever it lies on. */
  boolean isWhole() {
    return implies == Implies.NOTHING && !hasLinksOrWhiteouts;
  }

  Facts damaged(boolean isDamaged) {
    var old = layer;
    var fresh =
        new Layer(
            old.diffId(),
            old.tarBytes(),
            old.indexBytes(),
            old.contentBytes(),
            old.files(),
            old.created(),
            isDamaged);
    return new Facts(fresh, implies, hasLinksOrWhiteouts, hidesBelow);
  }

  Map<String, Object> toJson() {
    var json = new LinkedHashMap<String, Object>();
    json.put("tarBytes", layer.tarBytes());
    json.put("indexBytes", layer.indexBytes());
    json.put("contentBytes", layer.contentBytes());
    json.put("files", layer.files());
    json.put("created", layer.created().toString());
    json.put("damaged", layer.damaged());
    json.put("implies", implies.name());
    json.put("hasLinksOrWhiteouts", hasLinksOrWhiteouts);
    json.put("hidesBelow", hidesBelow);
    return json;
  }

  static Facts of(String diffId, JsonObject json) {
    var layer =
        new Layer(
            Digest.parse(diffId),
            json.number("tarBytes", 0),
            json.number("indexBytes", 0),
            json.number("contentBytes", 0),
            json.number("files", 0),
            Instant.parse(json.required("created")),
            json.bool("damaged"));
    return new Facts(
        layer,
        Implies.valueOf(json.required("implies")),
        json.bool("hasLinksOrWhiteouts"),
        json.bool("hidesBelow"));
  }

  /** What a tree implies. */
  static Implies implies(LayerTree tree) {
    return tree.impliesMore()
        ? Implies.MORE
        : tree.root().isImplied() ? Implies.ROOT : Implies.NOTHING;
  }
}
