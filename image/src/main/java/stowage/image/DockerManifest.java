package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import stowage.base.Digest;
import stowage.oci.Descriptor;
import stowage.oci.MediaTypes;

/** Docker's schema 2 manifest, laid out byte for byte as Docker's daemon does. */
final class DockerManifest {
  private DockerManifest() {}

  static byte[] of(byte[] config, List<Descriptor> layers) {
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
