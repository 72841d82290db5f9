package stowage.cloud;

import java.nio.ByteBuffer;

/**
 * A block of a snapshot.
 *
 * @param index counts from 0, in blocks of 512 KiB
 * @param bytes exactly a block; has nothing remaining afterwards
 * @param checksum base64 of the bytes' SHA-256
 */
public record PutBlock(String snapshotId, long index, ByteBuffer bytes, String checksum) {}
