package stowage.oci;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stowage.base.Json;
import stowage.base.JsonObject;

/**
 * A list of manifests, one for each platform.
 *
 * @param mediaType {@link MediaTypes#OCI_INDEX} or {@link MediaTypes#DOCKER_LIST}
 * @param manifests at most {@link #MANIFESTS_MAX}, in the order written; may point to an index
 * @param annotations free text by key
 */
public record Index(String mediaType, List<Descriptor> manifests, Map<String, String> annotations)
    implements Document {
  /** Entries of one index. */
  public static final int MANIFESTS_MAX = 1000;

  /** How deep an index may hold an index. */
  public static final int DEPTH_MAX = 3;

  public Index {
    assert MediaTypes.isIndex(mediaType);
    manifests = List.copyOf(manifests);
    annotations = Map.copyOf(annotations);
  }

  static Index of(JsonObject json, String mediaType) {
    return new Index(
        mediaType,
        Descriptor.list(json, "manifests", MANIFESTS_MAX),
        json.stringMap("annotations"));
  }

  /** Reads an index; a manifest is refused, all else as {@link Document#parse}. */
  public static Index parse(byte[] json, Optional<String> contentType) {
    return switch (Document.parse(json, contentType)) {
      case Index index -> index;
      case Manifest manifest -> throw OciJson.corrupt("index: it is a single manifest");
    };
  }

  /**
   * The manifest that suits {@code wanted} best: the exact variant, then the nearest lower one,
   * then what the machine can run besides (arm on arm64). An entry that names no platform is taken
   * when no other fits. Attestations are never taken.
   */
  public Optional<Descriptor> select(Platform wanted) {
    for (Platform runs : wanted.runs()) {
      for (Descriptor manifest : manifests) {
        if (manifest.platform().map(p -> isSame(p, runs, wanted)).orElse(false)
            && !isAttestation(manifest)) {
          return Optional.of(manifest);
        }
      }
    }
    for (Descriptor manifest : manifests) {
      if (manifest.platform().isEmpty() && !isAttestation(manifest)) {
        return Optional.of(manifest);
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(Platform offered, Platform runs, Platform wanted) {
    Platform plain = offered.normalised();
    return plain.os().equals(runs.os().toLowerCase(Locale.ROOT))
        && plain.architecture().equals(runs.architecture())
        && plain.variant().equals(runs.variant())
        && (wanted.osVersion().isEmpty() || plain.osVersion().equals(wanted.osVersion()));
  }

  private static boolean isAttestation(Descriptor manifest) {
    return manifest.annotations().containsKey("vnd.docker.reference.type");
  }

  /** The index written, the same bytes for the same parts. */
  public byte[] json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("schemaVersion", 2);
    json.put("mediaType", mediaType);
    json.put("manifests", manifests.stream().map(Descriptor::json).toList());
    if (!annotations.isEmpty()) {
      json.put("annotations", new TreeMap<>(annotations));
    }
    return Json.bytes(json);
  }
}
