package stowage.layer;

import stowage.base.Digest;

/**
 * What one import found out about the bytes it read.
 *
 * @param layer the layer, durable
 * @param blobDigest digest of the bytes as they arrived, compressed or not
 * @param blobBytes how many those were
 * @param fresh whether the layer was not here before, or was damaged and is now healed
 */
public record Imported(
    Layer layer, Digest blobDigest, long blobBytes, Compression compression, boolean fresh) {}
