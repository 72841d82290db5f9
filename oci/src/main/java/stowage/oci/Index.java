package stowage.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Reads an index; a manifest is refused, all else as {@link Document#parse}. */
  public static Index parse(byte[] json, Optional<String> contentType) {
    throw new AssertionError("comes next");
  }

  /**
   * The manifest that suits {@code wanted} best: the exact variant, then the nearest lower one,
   * then what the machine can run besides (arm on arm64). An entry that names no platform is taken
   * when no other fits. Attestations are never taken.
   */
  public Optional<Descriptor> select(Platform wanted) {
    throw new AssertionError("comes next");
  }

  /** The index written, the same bytes for the same parts. */
  public byte[] json() {
    throw new AssertionError("comes next");
  }
}
