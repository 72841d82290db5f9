package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.StampedLock;

/**
 * The device of a volume: what is written goes to the head of a chain of layers, what was not
 * written there is read from below.
 *
 * <p>Blocks written whole need nothing from below. The first write to a part of a block copies the
 * rest of it up. In-place overwrites take no lock; first writes take one of a stripe, shared with
 * each other but not with copying up, which would bring old bytes over new ones.
 *
 * <p>A chunk of the base that is not here is fetched outside of the gate, and the call begins anew
 * from where it was: so {@link #swap}, which waits until nobody is inside, waits for no network.
 */
final class CowDevice implements VolumeDevice {
  static final int SHIFT = 12;

  /** Bytes of a block, which is in one layer as a whole. A page. */
  static final int BLOCK = 1 << SHIFT;

  private static final int STRIPE_SHIFT = 22;
  private static final int STRIPES = 64;
  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(BLOCK).asReadOnlyBuffer();

  private final Gate gate = new Gate();
  private final StampedLock[] stripes = new StampedLock[STRIPES];
  private volatile Chain chain;
  private volatile long size;

  CowDevice(Chain chain, long size) {
    this.chain = chain;
    this.size = size;
    java.util.Arrays.setAll(stripes, i -> new StampedLock());
  }

  Chain chain() {
    return chain;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    assert offset >= 0 && offset + target.remaining() <= size : offset;
    long start = offset - target.position();
    long missing;
    do {
      gate.enter();
      try {
        missing = chain.read(0, start + target.position(), target);
      } finally {
        gate.exit();
      }
    } while (fetched(missing));
  }

  /** Fetches a chunk unless it is {@link Chain#DONE}; whether the call must go on. */
  private boolean fetched(long missing) throws IOException {
    if (missing == Chain.DONE) {
      return false;
    }
    Base base = chain.base();
    if (base != null) {
      base.fetch(Math.toIntExact(missing));
    }
    return true;
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    assert offset >= 0 && offset + source.remaining() <= size : offset;
    long start = offset - source.position();
    long missing;
    do {
      gate.enter();
      try {
        missing = write(chain, start, source);
      } finally {
        gate.exit();
      }
    } while (fetched(missing));
  }

  /** Writes stripe by stripe; {@code start} is the offset of the buffer's position 0. */
  private long write(Chain chain, long start, ByteBuffer source) throws IOException {
    Layer head = chain.head();
    head.requireSound();
    int limit = source.limit();
    try {
      while (source.position() < limit) {
        long offset = start + source.position();
        long end = start + limit;
        if (head.bits().all(head.blockDown(offset), head.blockUp(end))) {
          head.overwrite(offset, source);
          return Chain.DONE;
        }
        end = Math.min(end, ((offset >>> STRIPE_SHIFT) + 1) << STRIPE_SHIFT);
        source.limit((int) (end - start));
        long missing = writeNew(chain, offset, end, source);
        source.limit(limit);
        if (missing != Chain.DONE) {
          return missing;
        }
      }
      return Chain.DONE;
    } finally {
      source.limit(limit);
    }
  }

  /** Writes a part of one stripe, of which some block is not in the head. */
  private long writeNew(Chain chain, long offset, long end, ByteBuffer source) throws IOException {
    Layer head = chain.head();
    long first = head.blockDown(offset);
    long last = head.blockDown(end - 1);
    boolean partial =
        (offset & (BLOCK - 1)) != 0 && !head.bits().get(first)
            || (end & (BLOCK - 1)) != 0 && end < size && !head.bits().get(last);
    StampedLock lock = stripe(offset);
    long stamp = partial ? lock.writeLock() : lock.readLock();
    try {
      if (partial) {
        long missing = copyUp(chain, first);
        if (missing == Chain.DONE && last != first) {
          missing = copyUp(chain, last);
        }
        if (missing != Chain.DONE) {
          return missing;
        }
      }
      head.file().write(offset, source);
      head.wrote(first, last + 1);
      return Chain.DONE;
    } finally {
      lock.unlock(stamp);
    }
  }

  private StampedLock stripe(long offset) {
    return stripes[(int) (offset >>> STRIPE_SHIFT) & (STRIPES - 1)];
  }

  /** Brings a block to the head that is not there; it counts only when the caller says so. */
  private static long copyUp(Chain chain, long block) throws IOException {
    Layer head = chain.head();
    if (head.bits().get(block)) {
      return Chain.DONE;
    }
    ByteBuffer bytes = Scratch.BLOCKS.lend();
    try {
      long missing = chain.read(1, block << SHIFT, bytes);
      if (missing == Chain.DONE) {
        head.file().write(block << SHIFT, bytes.flip());
      }
      return missing;
    } finally {
      Scratch.BLOCKS.giveBack(bytes);
    }
  }

  @Override
  public void flush() throws IOException {
    gate.enter();
    try {
      chain.head().flush();
    } finally {
      gate.exit();
    }
  }

  @Override
  public void trim(long offset, long length) throws IOException {
    clear(offset, length, false);
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    clear(offset, length, true);
  }

  private void clear(long offset, long length, boolean keepsRoom) throws IOException {
    assert offset >= 0 && offset + length <= size : offset;
    long end = offset + length;
    while (offset < end) {
      long blockEnd = ((offset >>> SHIFT) + 1) << SHIFT;
      boolean wholeBlock = (offset & (BLOCK - 1)) == 0 && (blockEnd <= end || end == size);
      if (wholeBlock) {
        long stripeEnd = ((offset >>> STRIPE_SHIFT) + 1) << STRIPE_SHIFT;
        long to = Math.min(stripeEnd, end == size ? end : end & -BLOCK);
        clearBlocks(offset, to, keepsRoom);
        offset = to;
      } else {
        int part = (int) (Math.min(blockEnd, end) - offset);
        write(offset, ZEROES.slice(0, part));
        offset += part;
      }
    }
  }

  /** Clears whole blocks (the last may be the device's short one) of one stripe. */
  private void clearBlocks(long offset, long end, boolean keepsRoom) throws IOException {
    gate.enter();
    try {
      Chain chain = this.chain;
      Layer head = chain.head();
      head.requireSound();
      if (!keepsRoom && chain.isNowhere(offset, end)) {
        return;
      }
      StampedLock lock = stripe(offset);
      long stamp = lock.readLock();
      try {
        long from = head.blockDown(offset);
        long to = head.blockUp(end);
        if (keepsRoom) {
          head.file().zero(offset, (to - from) << SHIFT);
        } else {
          head.file().punch(offset, (to - from) << SHIFT);
        }
        head.wrote(from, to);
      } finally {
        lock.unlock(stamp);
      }
    } finally {
      gate.exit();
    }
  }

  @Override
  public List<Extent> extents(long offset, long length) throws IOException {
    gate.enter();
    try {
      return new ChainExtents(chain).list(offset, length);
    } finally {
      gate.exit();
    }
  }

  @Override
  public void pause() {
    gate.close();
  }

  @Override
  public void resume() {
    gate.open();
  }

  /** Flushes while {@link #pause}d. */
  @Override
  public void flushPaused() throws IOException {
    chain.head().flush();
  }

  /** Takes another chain while {@link #pause}d; nobody reads the old one any more. */
  void swap(Chain to) {
    assert gate.isClosed();
    chain = to;
  }

  /** Takes a larger size while {@link #pause}d, for which the head has been made ready. */
  void grow(long to) {
    assert gate.isClosed() && to >= size;
    size = to;
  }

  /** Whether something failed so that nothing can be written any more. */
  void requireSound() throws IOException {
    chain.head().requireSound();
  }

  @Override
  public void close() {}
}
