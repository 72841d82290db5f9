package stowage.layer;

import java.nio.ByteBuffer;
import stowage.base.StowageException.Corrupt;

/** Bytes that can be read anywhere: a tar, staged or stored. */
interface Bytes {
  /** Reads at {@code offset}: how many bytes, at least 1; -1 at or past the end. */
  int read(ByteBuffer to, long offset);

  /**
   * Copies a range to a sink.
   *
   * @throws Corrupt if it ends before that
   */
  default void copy(long offset, long size, ByteBuffer through, Sink sink) {
    for (long at = 0; at < size; ) {
      through.clear().limit((int) Math.min(through.capacity(), size - at));
      int count = read(through, offset + at);
      if (count < 0) {
        throw new Corrupt("layer: ends too early", null);
      }
      sink.write(through.flip());
      at += count;
    }
  }
}
