package stowage.docker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.http.Router;
import stowage.image.StoreCheck;

/** Stowage's own request to read all that is stored again and compare it with its digests. */
final class CheckApi {
  private final Engine engine;

  CheckApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router.add("POST", "/stowage/check", this::check);
  }

  private void check(Call call) throws IOException {
    var subset = StoreCheck.Subset.parse(call.query("subset"));
    var report = engine.check().check(subset, call.flag("resume"), Progress.NONE);
    var json = new LinkedHashMap<String, Object>();
    json.put("Checked", report.layers());
    json.put("Bytes", report.bytes());
    json.put("Damaged", report.damaged().stream().map(CheckApi::damaged).toList());
    json.put(
        "Mended",
        report.damaged().stream()
            .filter(StoreCheck.Damaged::mended)
            .map(d -> d.diffId().toString())
            .toList());
    json.put("Rebuilt", report.rebuilt().stream().map(Digest::toString).toList());
    call.json(200, json);
  }

  private static Map<String, Object> damaged(StoreCheck.Damaged damaged) {
    var json = new LinkedHashMap<String, Object>();
    json.put("Layer", damaged.diffId().toString());
    json.put("Reason", damaged.what());
    json.put("Images", damaged.images());
    return json;
  }
}
