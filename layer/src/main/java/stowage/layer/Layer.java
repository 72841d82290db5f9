package stowage.layer;

import java.time.Instant;
import stowage.base.Digest;

/**
 * A committed layer: read-only, durable, shared by every image and container that names it.
 *
 * @param diffId the digest of its uncompressed tar, and its name
 * @param tarBytes size of the tar, which is kept byte for byte
 * @param indexBytes bytes on disk of the index beside it
 * @param contentBytes sum of the sizes of its files: what Docker calls a layer's size
 * @param files how many names it has: files, directories, links, whiteouts
 * @param damaged whether a check found its bytes changed; adding it again heals it
 */
public record Layer(
    Digest diffId,
    long tarBytes,
    long indexBytes,
    long contentBytes,
    long files,
    Instant created,
    boolean damaged) {}
