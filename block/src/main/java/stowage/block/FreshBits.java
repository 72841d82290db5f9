package stowage.block;

import java.util.Arrays;

/** Words of bits on their way into the log; the memory is used again. For one thread at a time. */
final class FreshBits implements BlockBits.Sink {
  private int[] indexes = new int[64];
  private long[] bits = new long[64];
  private int count;

  @Override
  public void word(int index, long word) {
    if (count == indexes.length) {
      indexes = Arrays.copyOf(indexes, 2 * count);
      bits = Arrays.copyOf(bits, 2 * count);
    }
    indexes[count] = index;
    bits[count++] = word;
  }

  int count() {
    return count;
  }

  int index(int i) {
    return indexes[i];
  }

  long bits(int i) {
    return bits[i];
  }

  void clear() {
    count = 0;
  }
}
