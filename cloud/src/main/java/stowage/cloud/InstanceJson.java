package stowage.cloud;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import stowage.base.JsonObject;

/** An instance's record: docs/formats/region.md. */
final class InstanceJson {
  private InstanceJson() {}

  static Map<String, Object> write(Instance instance) {
    var json = new LinkedHashMap<String, Object>();
    json.put("zone", instance.zone());
    json.put("type", instance.type());
    json.put("imageId", instance.imageId());
    json.put("launched", instance.launched().toString());
    instance
        .host()
        .ifPresent(
            host -> {
              var of = new LinkedHashMap<String, Object>();
              of.put("name", host.name());
              of.put("links", host.links());
              of.put("path", host.path());
              json.put("host", of);
            });
    json.put("state", instance.state().word());
    if (instance.state() instanceof Instance.State.Terminated end) {
      json.put("terminated", end.at().toString());
    }
    json.put("devices", new TreeMap<String, Object>(instance.devices()));
    json.put("tags", new TreeMap<String, Object>(instance.tags()));
    return json;
  }

  static Instance read(String id, JsonObject json) {
    return new Instance(
        id,
        json.required("zone"),
        json.string("type", ""),
        json.string("imageId", ""),
        Instant.parse(json.required("launched")),
        json.object("host")
            .map(
                host ->
                    new Instance.Host(
                        host.string("name", ""),
                        host.string("links", ""),
                        host.string("path", "auto"))),
        state(id, json),
        new TreeMap<>(json.stringMap("devices")),
        new TreeMap<>(json.stringMap("tags")));
  }

  private static Instance.State state(String id, JsonObject json) {
    String word = json.required("state");
    return switch (word) {
      case "running" -> new Instance.State.Running();
      case "stopped" -> new Instance.State.Stopped();
      case "shutting-down" -> new Instance.State.ShuttingDown();
      case "terminated" ->
          new Instance.State.Terminated(Instant.parse(json.required("terminated")));
      default -> throw Table.strange(id, "state", word);
    };
  }
}
