package stowage.oci;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** What an image's name or digest points to in a registry or a layout: a manifest or a list. */
public sealed interface Document permits Manifest, Index {
  /** Bytes of a manifest or an index; Docker's and the registries' own limit. */
  int BYTES_MAX = 4 << 20;

  /** The format it is written in. */
  String mediaType();

  /**
   * Reads a manifest or an index of OCI or Docker.
   *
   * <p>What it is must be said once: by {@code mediaType} inside, by {@code contentType} (a
   * registry's header, a descriptor's media type), and both must agree; where neither says, by its
   * fields. One with both {@code layers} and {@code manifests} is refused (CVE-2021-41190), as is
   * one whose field names differ from the known ones in case only: readers differ on those.
   *
   * @throws stowage.base.StowageException.Corrupt if it is none, or breaks a limit
   * @throws stowage.base.StowageException.Unsupported if it is of Docker's schema 1
   */
  static Document parse(byte[] json, Optional<String> contentType) {
    return OciJson.read(json, BYTES_MAX, "manifest", object -> of(object, contentType));
  }

  private static Document of(JsonObject json, Optional<String> contentType) {
    for (String name : json.names()) {
      for (String known :
          List.of("schemaVersion", "mediaType", "config", "layers", "manifests", "fsLayers")) {
        if (name.equalsIgnoreCase(known) && !name.equals(known)) {
          throw new StowageException.InvalidArgument("manifest", name, known);
        }
      }
    }
    boolean layers = json.has("layers") || json.has("config") || json.has("fsLayers");
    if (layers && json.has("manifests")) {
      throw new StowageException.InvalidArgument(
          "manifest: both an image's (config, layers) and an index's fields (manifests)");
    }
    String mediaType = mediaType(json, contentType);
    if (MediaTypes.isSchema1(mediaType) || json.has("fsLayers")) {
      throw new StowageException.Unsupported(
          "Docker Image manifest version 2, schema 1 is not supported: push the image again with"
              + " a current tool");
    }
    long version = json.number("schemaVersion", 2);
    if (version != 2) {
      throw new StowageException.InvalidArgument("manifest.schemaVersion", version, "2");
    }
    if (MediaTypes.isIndex(mediaType) && !json.has("manifests")) {
      throw new StowageException.InvalidArgument("manifest: an index without manifests");
    }
    return MediaTypes.isIndex(mediaType)
        ? Index.of(json, mediaType)
        : Manifest.of(json, mediaType);
  }

  private static String mediaType(JsonObject json, Optional<String> contentType) {
    Optional<String> outside =
        contentType
            .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .filter(type -> !saysNothing(type));
    String inside = json.string("mediaType", "");
    if (!inside.isEmpty() && outside.isPresent() && !outside.get().equals(inside)) {
      throw new StowageException.InvalidArgument(
          "manifest.mediaType", inside, outside.get() + ", as it was announced");
    }
    String said = outside.orElse(inside);
    if (said.isEmpty()) {
      said = json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    }
    if (!MediaTypes.isManifest(said) && !MediaTypes.isIndex(said) && !MediaTypes.isSchema1(said)) {
      throw new StowageException.InvalidArgument(
          "manifest.mediaType", said, "an OCI or Docker manifest or index");
    }
    return said;
  }

  /** Types that servers of plain files give to any JSON. */
  private static boolean saysNothing(String type) {
    return switch (type) {
      case "", "application/json", "application/octet-stream", "text/plain",
          "binary/octet-stream" -> true;
      default -> false;
    };
  }
}
