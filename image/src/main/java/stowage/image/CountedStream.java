package stowage.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that knows how many bytes were read from it. */
final class CountedStream extends FilterInputStream {
  private volatile long count;

  CountedStream(InputStream in) {
    super(in);
  }

  long count() {
    return count;
  }

  @Override
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one reader; others only look
  public int read() throws IOException {
    int b = in.read();
    count += b < 0 ? 0 : 1;
    return b;
  }

  @Override
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one reader; others only look
  public int read(byte[] bytes, int from, int length) throws IOException {
    int n = in.read(bytes, from, length);
    count += Math.max(n, 0);
    return n;
  }
}
