package stowage.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Reads a manifest; an index is refused, all else as {@link Document#parse}. */
  public static Manifest parse(byte[] json, Optional<String> contentType) {
    throw new AssertionError("comes next");
  }

  /** The manifest written, the same bytes for the same parts. */
  public byte[] json() {
    throw new AssertionError("comes next");
  }
}
