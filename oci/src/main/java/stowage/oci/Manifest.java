package stowage.oci;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * One image's parts: its config and its layers, lowest first.
 *
 * @param mediaType {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}
 * @param config the image's config, or an artifact's own
 * @param layers at most {@link #LAYERS_MAX}, lowest first
 * @param annotations free text by key
 */
public record Manifest(
    String mediaType, Descriptor config, List<Descriptor> layers, Map<String, String> annotations)
    implements Document {
  /** Layers of one image. */
  public static final int LAYERS_MAX = 1000;

  public Manifest {
    assert MediaTypes.isManifest(mediaType);
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  static Manifest of(JsonObject json, String mediaType) {
    return new Manifest(
        mediaType,
        json.object("config")
            .map(Descriptor::of)
            .orElseThrow(
                () -> new StowageException.InvalidArgument("manifest.config: missing")),
        Descriptor.list(json, "layers", LAYERS_MAX),
        json.stringMap("annotations"));
  }

  /** Reads a manifest; an index is refused, all else as {@link Document#parse}. */
  public static Manifest parse(byte[] json, Optional<String> contentType) {
    return switch (Document.parse(json, contentType)) {
      case Manifest manifest -> manifest;
      case Index index -> throw OciJson.corrupt("manifest: it is an index of manifests");
    };
  }

  /** The manifest written, the same bytes for the same parts. */
  public byte[] json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("schemaVersion", 2);
    json.put("mediaType", mediaType);
    json.put("config", config.json());
    json.put("layers", layers.stream().map(Descriptor::json).toList());
    if (!annotations.isEmpty()) {
      json.put("annotations", new TreeMap<>(annotations));
    }
    return Json.bytes(json);
  }
}
