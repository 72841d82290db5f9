package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Someone who may have the bytes of a damaged chunk still: a zone with the volume. */
@FunctionalInterface
public interface Healer {
  /** Nobody has them. */
  Healer NONE = (snapshotId, chunk) -> Optional.empty();

  /** The bytes of a chunk of a snapshot, if at hand; they are verified before they are used. */
  Optional<ByteBuffer> bytes(String snapshotId, int chunk);
}
