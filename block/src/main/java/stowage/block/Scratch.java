package stowage.block;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Direct buffers of one size that are lent for the length of a call; a few are kept. */
final class Scratch {
  /** For copying up a block. */
  static final Scratch BLOCKS = new Scratch(CowDevice.BLOCK);

  /** For fetching and merging chunks. */
  static final Scratch CHUNKS = new Scratch(Base.CHUNK);

  private static final int KEPT = 8;

  private final int size;
  private final AtomicReferenceArray<ByteBuffer> kept = new AtomicReferenceArray<>(KEPT);

  Scratch(int size) {
    this.size = size;
  }

  /** A buffer, clear, holding anything. */
  ByteBuffer lend() {
    ByteBuffer buffer = kept.getAndSet(slot(), null);
    return buffer == null ? ByteBuffer.allocateDirect(size) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    kept.set(slot(), buffer);
  }

  private static int slot() {
    return (int) (Thread.currentThread().threadId() & (KEPT - 1));
  }
}
