package stowage.nbd;

import java.nio.ByteBuffer;

/** Collects what is said of a range, joins what is alike, and stops when there is enough. */
final class Descriptors {
  /** The longest that a length of 32 bits can say, in whole sectors. */
  private static final long LENGTH_MAX = 0xfffffe00L;

  private final ByteBuffer out;
  private final long asked;
  private final int max;
  private long told;
  private int count;
  private long length;
  private int state;

  Descriptors(ByteBuffer out, Request request, int max) {
    this.out = out;
    this.asked = request.length;
    this.max = request.has(Wire.REQ_ONE) ? 1 : max;
  }

  boolean full() {
    return count == max;
  }

  /** The next bytes are in this state. */
  void add(long bytes, int of) {
    if (length > 0 && of != state) {
      put();
    }
    if (!full()) {
      state = of;
      length = Math.min(length + bytes, asked - told);
    }
  }

  void end() {
    if (length > 0 && !full()) {
      put();
    }
  }

  private void put() {
    long most = Math.min(length, LENGTH_MAX);
    out.putInt((int) most).putInt(state);
    told += most;
    count++;
    length = 0;
  }
}
