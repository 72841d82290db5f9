package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The 32-byte name of an object of the store: the SHA-256 of a leaf or of a plain chunk, an HMAC of
 * it for an encrypted one. All zero: a chunk or leaf of zeroes, which is not stored.
 */
record Name(long a, long b, long c, long d) implements Comparable<Name> {
  static final int BYTES = 32;
  static final Name ZERO = new Name(0, 0, 0, 0);

  static Name of(byte[] bytes) {
    return read(ByteBuffer.wrap(bytes), 0);
  }

  static Name read(ByteBuffer from, int at) {
    return new Name(
        from.getLong(at), from.getLong(at + 8), from.getLong(at + 16), from.getLong(at + 24));
  }

  void write(ByteBuffer to, int at) {
    to.putLong(at, a).putLong(at + 8, b).putLong(at + 16, c).putLong(at + 24, d);
  }

  byte[] bytes() {
    var bytes = new byte[BYTES];
    write(ByteBuffer.wrap(bytes), 0);
    return bytes;
  }

  boolean isZero() {
    return (a | b | c | d) == 0;
  }

  /** In the order of the bytes. */
  @Override
  public int compareTo(Name other) {
    int order = Long.compareUnsigned(a, other.a);
    order = order != 0 ? order : Long.compareUnsigned(b, other.b);
    order = order != 0 ? order : Long.compareUnsigned(c, other.c);
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
