package stowage.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.oci.ImageConfig;

/**
 * The configs of single layers that Docker before 1.10 reads and that {@code docker save} still
 * writes, one for each layer.
 */
final class LegacyConfigs {
  private LegacyConfigs() {}

  static List<byte[]> of(ImageConfig config) {
    var configs = new ArrayList<byte[]>();
    var chain = Remover.chainIds(config.diffIds());
    String parent = "";
    for (int i = 0; i < chain.size(); i++) {
      boolean top = i == chain.size() - 1;
      var json = new LinkedHashMap<String, Object>();
      // Any id will do that is the same for the same layer in the same place.
      String id =
          Digest.of(((top ? config.digest() + " " : "") + chain.get(i)).getBytes(US_ASCII)).hex();
      json.put("id", id);
      if (!parent.isEmpty()) {
        json.put("parent", parent);
      }
      json.put("created", top ? config.json().string("created", EPOCH) : EPOCH);
      if (top) {
        config
            .json()
            .map()
            .forEach(
                (name, value) -> {
                  if (!List.of("history", "rootfs", "created", "os").contains(name)) {
                    json.put(name, value);
                  }
                });
      }
      json.put("os", config.platform().os());
      configs.add(Json.bytes(json));
      parent = id;
    }
    return configs;
  }

  private static final String EPOCH = "1970-01-01T00:00:00Z";
}
