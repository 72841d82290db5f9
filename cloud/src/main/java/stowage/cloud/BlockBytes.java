package stowage.cloud;

import java.nio.ByteBuffer;

/**
 * A block's content.
 *
 * @param checksum base64 of the bytes' SHA-256
 */
public record BlockBytes(ByteBuffer bytes, String checksum) {}
