package stowage.oci;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import stowage.base.Digest;

/**
 * A pointer to a blob: what it is, its digest and its size, all of them claims until the bytes have
 * been read.
 *
 * @param mediaType one of {@link MediaTypes} or any other; never empty
 * @param digest of the blob's bytes
 * @param size of the blob in bytes, 0 or more
 * @param platform in an index: what the manifest is for
 * @param annotations free text by key
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    Map<String, String> annotations) {
  public Descriptor {
    Objects.requireNonNull(digest);
    Objects.requireNonNull(platform);
    assert !mediaType.isEmpty() && size >= 0;
    annotations = Map.copyOf(annotations);
  }

  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Optional.empty(), Map.of());
  }
}
