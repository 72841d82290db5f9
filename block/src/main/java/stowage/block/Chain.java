package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a volume's bytes are looked up in, from above: layers, the first of them the head, and at
 * most one base. What none of them has is zero. Immutable; whoever reads must know that nobody
 * closes the files meanwhile.
 *
 * @param layers at least one, all of blocks of {@link CowDevice#BLOCK} bytes
 * @param base may be null
 */
record Chain(List<Layer> layers, Base base) {
  /** The answer of calls that need no chunk fetched. */
  static final long DONE = -1;

  private static final int SHIFT = CowDevice.SHIFT;

  Chain {
    layers = List.copyOf(layers);
  }

  Layer head() {
    return layers.getFirst();
  }

  /** This chain with another head on top. */
  Chain under(Layer newHead) {
    var all = new java.util.ArrayList<>(layers);
    all.addFirst(newHead);
    return new Chain(all, base);
  }

  /**
   * Fills {@code target} as far as it can.
   *
   * @param from the first level that is looked in: 0 is the head, 1 what is below it
   * @return DONE, or the chunk of the base that must be fetched to go on; then the position of
   *     {@code target} says how far it came
   */
  long read(int from, long offset, ByteBuffer target) throws IOException {
    int limit = target.limit();
    try {
      while (target.position() < limit) {
        int length = readRun(from, offset, target, limit);
        if (length < 0) {
          return Base.chunk(offset);
        }
        offset += length;
      }
      return DONE;
    } finally {
      target.limit(limit);
    }
  }

  /** Reads what lies in one place; how many bytes, or -1 if that is a chunk that is not here. */
  private int readRun(int from, long offset, ByteBuffer target, int limit) throws IOException {
    int max = limit - target.position();
    long block = offset >>> SHIFT;
    long end = (offset + max + CowDevice.BLOCK - 1) >>> SHIFT;
    for (int level = from; level < layers.size(); level++) {
      Layer layer = layers.get(level);
      // One look decides where and how far: bits may be set meanwhile.
      long run = layer.bits().run(block, end);
      if (run > 0) {
        int length = length(offset, block + run, max);
        layer.file().read(offset, target.limit(target.position() + length));
        return length;
      }
      end = block - run;
    }
    if (!inBase(offset)) {
      int length = length(offset, end, max);
      HostFile.zeroRest(target.limit(target.position() + length));
      return length;
    }
    if (!base.isHere(Base.chunk(offset))) {
      return -1;
    }
    int length = length(offset, Math.min(end, endOfChunk(offset)), max);
    base.read(offset, target.limit(target.position() + length));
    return length;
  }

  /** Whether no layer has anything in a range, nor the base: it is zero and takes no room. */
  boolean isNowhere(long offset, long end) {
    long block = offset >>> SHIFT;
    long endBlock = (end + CowDevice.BLOCK - 1) >>> SHIFT;
    for (Layer layer : layers) {
      if (layer.bits().run(block, endBlock) > block - endBlock) {
        return false;
      }
    }
    return !inBase(offset);
  }

  private boolean inBase(long offset) {
    return base != null && Base.chunk(offset) < base.chunks();
  }

  private static long endOfChunk(long offset) {
    return (Base.chunk(offset) + 1) << (Base.SHIFT - SHIFT);
  }

  private static int length(long offset, long endBlock, int max) {
    return (int) Math.min(max, (endBlock << SHIFT) - offset);
  }
}
