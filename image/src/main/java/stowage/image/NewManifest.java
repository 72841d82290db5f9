package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static stowage.oci.MediaTypes.DOCKER_LAYER_GZIP;

import java.util.List;
import java.util.Map;
import stowage.base.Digest;
import stowage.oci.Descriptor;
import stowage.oci.Manifest;
import stowage.oci.MediaTypes;

/**
 * The manifest of an image that has none yet: Docker's schema 2, laid out byte for byte as Docker's
 * daemon does, or OCI's when a layer is of a kind Docker's does not know.
 */
final class NewManifest {
  private NewManifest() {}

  static byte[] of(byte[] config, List<Descriptor> layers) {
    boolean docker = layers.stream().allMatch(l -> l.mediaType().equals(DOCKER_LAYER_GZIP));
    return docker ? docker(config, layers) : oci(config, layers);
  }

  private static byte[] oci(byte[] config, List<Descriptor> layers) {
    var blob = new Descriptor(MediaTypes.OCI_CONFIG, Digest.of(config), config.length);
    var own =
        layers.stream()
            .map(l -> new Descriptor(type(l.mediaType()), l.digest(), l.size()))
            .toList();
    return new Manifest(MediaTypes.OCI_MANIFEST, blob, own, Map.of()).json();
  }

  private static String type(String mediaType) {
    return switch (mediaType) {
      case DOCKER_LAYER_GZIP -> MediaTypes.OCI_LAYER_GZIP;
      case MediaTypes.DOCKER_LAYER_ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
      case MediaTypes.DOCKER_LAYER -> MediaTypes.OCI_LAYER;
      default -> mediaType;
    };
  }

  private static byte[] docker(byte[] config, List<Descriptor> layers) {
    var json = new StringBuilder();
    json.append("{\n   \"schemaVersion\": 2,\n   \"mediaType\": \"");
    json.append(MediaTypes.DOCKER_MANIFEST).append("\",\n   \"config\": {\n");
    var blob = new Descriptor(MediaTypes.DOCKER_CONFIG, Digest.of(config), config.length);
    descriptor(json, blob, "      ");
    json.append("   },\n   \"layers\": [");
    for (int i = 0; i < layers.size(); i++) {
      json.append(i == 0 ? "\n" : ",\n").append("      {\n");
      descriptor(json, layers.get(i), "         ");
      json.append("      }");
    }
    json.append(layers.isEmpty() ? "]\n}" : "\n   ]\n}");
    return json.toString().getBytes(UTF_8);
  }

  private static void descriptor(StringBuilder json, Descriptor blob, String indent) {
    json.append(indent).append("\"mediaType\": \"").append(blob.mediaType()).append("\",\n");
    json.append(indent).append("\"size\": ").append(blob.size()).append(",\n");
    json.append(indent).append("\"digest\": \"").append(blob.digest()).append("\"\n");
  }
}
