package stowage.layer;

import java.nio.ByteBuffer;

/** Compares an index that is being made with one that exists, byte for byte. */
final class CompareSink implements Sink {
  private static final int PIECE = 1 << 18;

  private final Bytes there;
  private final ByteBuffer read = ByteBuffer.allocateDirect(PIECE);
  private long at;
  private boolean differs;

  CompareSink(Bytes there) {
    this.there = there;
  }

  /** Whether all was the same and the existing one ends here too. */
  boolean isSame() {
    return !differs && there.read(read.clear(), at) < 0;
  }

  @Override
  public void write(ByteBuffer from) {
    while (from.hasRemaining() && !differs) {
      read.clear().limit(Math.min(PIECE, from.remaining()));
      int count = there.read(read, at);
      if (count < 0) {
        differs = true;
        return;
      }
      var piece = from.slice(from.position(), count);
      differs = !piece.equals(read.flip());
      from.position(from.position() + count);
      at += count;
    }
  }

  /** Of a long hole both ends are looked at: what has no room on the disk cannot rot there. */
  @Override
  public void skip(long count) {
    int end = (int) Math.min(PIECE, count);
    write(ByteBuffer.allocate(end));
    if (count > 2L * PIECE) {
      at += count - 2L * PIECE;
      write(ByteBuffer.allocate(PIECE));
    } else {
      write(ByteBuffer.allocate((int) count - end));
    }
  }
}
