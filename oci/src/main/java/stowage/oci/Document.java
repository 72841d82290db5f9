package stowage.oci;

import java.util.Optional;

/** What a name or digest of an image points to in a registry or a layout: one manifest or a list. */
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
   * fields. One with both {@code layers} and {@code manifests} is refused (CVE-2021-41190).
   *
   * @throws stowage.base.StowageException.Corrupt if it is none, or breaks a limit
   * @throws stowage.base.StowageException.Unsupported if it is of Docker's schema 1
   */
  static Document parse(byte[] json, Optional<String> contentType) {
    throw new AssertionError("comes next");
  }
}
