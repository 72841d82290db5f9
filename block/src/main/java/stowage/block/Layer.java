package stowage.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import stowage.store.DiskFull;

/**
 * A sparse file whose offsets are the device's, and the map that says which blocks of it count. The
 * head of a volume is one that is written to; below it they are not any more.
 *
 * <p>Rule: a bit is never durable before its data. Writers write, then call {@link #wrote}; {@link
 * #flush} takes the bits that are new, makes the data durable, then the bits. So a block that was
 * not flushed is the parent's after a crash, or this layer's old one, or the new one.
 */
final class Layer implements Closeable {
  private final long id;
  private final int shift;
  private final RandomFile file;
  private final MapLog log;
  private final BlockBits bits;
  private final GroupCommit commit = new GroupCommit(this::flushOnce);
  private final FreshBits fresh = new FreshBits(); // of the one flush under way
  private volatile boolean touched;
  private volatile IOException failed;

  /**
   * @param shift a block has {@code 1 << shift} bytes
   */
  Layer(long id, int shift, RandomFile file, MapLog log, BlockBits bits) {
    this.id = id;
    this.shift = shift;
    this.file = file;
    this.log = log;
    this.bits = bits;
  }

  long id() {
    return id;
  }

  BlockBits bits() {
    return bits;
  }

  RandomFile file() {
    return file;
  }

  int blockBytes() {
    return 1 << shift;
  }

  /** The first block that is wholly at or after an offset. */
  long blockUp(long offset) {
    return (offset + (1L << shift) - 1) >>> shift;
  }

  long blockDown(long offset) {
    return offset >>> shift;
  }

  /** Fails if an earlier flush has: nothing may be written any more. */
  void requireSound() throws IOException {
    IOException because = failed;
    if (because != null) {
      throw new IOException("read-only since a flush failed: " + because.getMessage(), because);
    }
  }

  /** Says that the blocks {@code [from, to)} were written whole. */
  void wrote(long from, long to) {
    touch();
    bits.set(from, to);
  }

  /** Says that something was written in place. */
  void touch() {
    if (!touched) {
      touched = true;
    }
  }

  /** Writes where every block is here already. */
  void overwrite(long offset, ByteBuffer source) throws IOException {
    file.write(offset, source);
    touch();
  }

  /**
   * Makes durable what was written before the call: one sync of the data, and where blocks are new,
   * of the map. Calls at the same time share them.
   *
   * @throws DiskFull if there is no room for the map: the data is kept, flush again
   * @throws IOException if the disk failed, now or before; this layer is then read-only for good
   */
  void flush() throws IOException {
    commit.run();
  }

  private void flushOnce() throws IOException {
    requireSound();
    fresh.clear();
    bits.takeFresh(fresh);
    try {
      if (touched) {
        touched = false;
        sync();
      }
      if (fresh.count() > 0) {
        log.append(fresh);
      }
    } catch (DiskFull full) {
      for (int i = 0; i < fresh.count(); i++) {
        bits.putBack(fresh.index(i), fresh.bits(i));
      }
      throw full;
    } catch (IOException e) {
      // Nobody knows what of it is on the disk, and asking again may lie.
      failed = e;
      throw e;
    }
  }

  private void sync() throws IOException {
    try {
      file.sync();
    } catch (DiskFull lost) {
      throw new IOException("the disk had no room for what it had taken", lost);
    }
  }

  /** Makes room for more, durably; nobody writes meanwhile. */
  void grow(long sizeBytes) throws IOException {
    long blocks = blockUp(sizeBytes);
    file.resize(blocks << shift);
    file.sync();
    bits.grow(blocks);
  }

  @Override
  public void close() throws IOException {
    try (log) {
      file.close();
    }
  }
}
