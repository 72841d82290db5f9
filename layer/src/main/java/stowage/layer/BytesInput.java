package stowage.layer;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** A stream over bytes that can be read anywhere, so that what is skipped is not read. */
final class BytesInput extends InputStream {
  private final Bytes bytes;
  private final long size;
  private final byte[] one = new byte[1];
  private long at;

  BytesInput(Bytes bytes, long size) {
    this.bytes = bytes;
    this.size = size;
  }

  @Override
  public int read() {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    int count = bytes.read(ByteBuffer.wrap(to, offset, length), at);
    at += Math.max(count, 0);
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, Math.max(0, size - at));
    at += skipped;
    return skipped;
  }
}
