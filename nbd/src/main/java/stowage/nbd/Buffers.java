package stowage.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The direct buffers of a server. They are kept and lent again, since the JVM frees them only when
 * it collects garbage, of which there is next to none here.
 */
final class Buffers {
  /** A lane's input and its output: 32 requests of 4 KiB with their headers. */
  static final int LANE_BYTES = 33 * 4096;

  /** The longest read that is held whole: what kernels ask for is smaller. */
  static final int LARGE_BYTES = 4 << 20;

  /** All large buffers together; who gets none goes piece by piece. */
  private static final int LARGE_MAX = 16;

  /** Kept for the next connection. */
  private static final int KEPT_MAX = 64;

  private final ArrayDeque<ByteBuffer> small = new ArrayDeque<>(); // guarded by this
  private final ArrayDeque<ByteBuffer> large = new ArrayDeque<>(); // guarded by this
  private int larges; // guarded by this; made so far

  synchronized ByteBuffer lane() {
    var buffer = small.pollLast();
    return buffer == null ? ByteBuffer.allocateDirect(LANE_BYTES) : buffer.clear();
  }

  synchronized void lane(ByteBuffer buffer) {
    if (small.size() < KEPT_MAX) {
      small.addLast(buffer);
    }
  }

  synchronized Optional<ByteBuffer> large() {
    var buffer = large.pollLast();
    if (buffer == null && larges < LARGE_MAX) {
      larges++;
      buffer = ByteBuffer.allocateDirect(LARGE_BYTES);
    }
    return Optional.ofNullable(buffer).map(ByteBuffer::clear);
  }

  synchronized void large(ByteBuffer buffer) {
    large.addLast(buffer);
  }
}
