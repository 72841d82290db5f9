package stowage.image;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.oci.ImageConfig;
import stowage.oci.Platform;
import stowage.oci.Reference;

/**
 * Archives from before Docker 1.10: a file {@code repositories} that names top layers, and for each
 * layer a folder with its {@code json} (which names its parent) and {@code layer.tar}.
 */
final class LegacyArchive {
  private static final int LAYERS_MAX = 127;

  private LegacyArchive() {}

  /** One image, its config made up from the layers'. */
  record Image(ImageConfig config, List<Reference> names) {}

  static List<Image> images(Archive archive, byte[] repositories) {
    var tops = new LinkedHashMap<String, List<Reference>>();
    var names = Json.object(repositories, "repositories");
    for (var repository : names.names()) {
      names
          .stringMap(repository)
          .forEach(
              (tag, id) ->
                  tops.computeIfAbsent(id, k -> new ArrayList<>())
                      .add(Reference.parse(repository).withTag(tag)));
    }
    var images = new ArrayList<Image>();
    tops.forEach((id, references) -> images.add(new Image(config(archive, id), references)));
    return images;
  }

  private static ImageConfig config(Archive archive, String top) {
    var chain = new ArrayDeque<JsonObject>();
    var ids = new HashSet<String>();
    Optional<String> id = Optional.of(top);
    while (id.isPresent()) {
      if (!id.get().matches("[0-9a-f]{64}") || !ids.add(id.get()) || ids.size() > LAYERS_MAX) {
        throw new StowageException.Corrupt("archive: bad chain of layers from " + plain(top), null);
      }
      var json = Json.object(archive.require(id.get() + "/json"), id.get() + "/json");
      chain.addFirst(json);
      id = json.string("parent").filter(p -> !p.isEmpty());
    }
    var last = chain.getLast();
    var config = ImageConfig.blank(Platform.host(), created(last));
    for (var json : chain) {
      var step =
          new ImageConfig.History(
              Optional.of(created(json)),
              json.object("container_config")
                  .map(c -> String.join(" ", c.strings("Cmd")))
                  .orElse(""),
              json.string("author", ""),
              json.string("comment", ""),
              false);
      var diffId = Loader.diffId(archive, json.required("id") + "/layer.tar");
      config = config.with(step, Optional.of(diffId));
    }
    Map<String, Object> fields = new HashMap<>();
    last.string("author").ifPresent(author -> fields.put("author", author));
    return config
        .withConfig(last.object("config").map(JsonObject::map).orElse(Map.of()))
        .withFields(fields);
  }

  private static Instant created(JsonObject json) {
    try {
      return json.string("created").map(Instant::parse).orElse(Instant.EPOCH);
    } catch (DateTimeException unreadable) {
      return Instant.EPOCH;
    }
  }

  private static String plain(String text) {
    return RegistryRefusal.plain(text);
  }
}
