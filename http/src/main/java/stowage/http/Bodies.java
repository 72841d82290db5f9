package stowage.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Bodies whose end the header or the body itself tells. */
final class Bodies {
  private Bodies() {}

  /** One that tells its end. */
  private abstract static class Told extends InputStream {
    final InputStream in;

    Told(InputStream in) {
      this.in = in;
    }

    /** How many bytes may be read now, 0 at the end. */
    abstract long left() throws IOException;

    abstract void took(int count);

    @Override
    public final int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] bytes, int offset, int length) throws IOException {
      long left = left();
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("connection closed in the middle of the body");
      }
      took(count);
      return count;
    }
  }

  /** As long as its Content-Length. */
  static final class Sized extends Told {
    private long left;

    Sized(InputStream in, long length) {
      super(in);
      this.left = length;
    }

    @Override
    long left() {
      return left;
    }

    @Override
    void took(int count) {
      left -= count;
    }
  }

  /** In chunks. */
  static final class Chunked extends Told {
    private long left;
    private boolean first = true;
    private boolean ended;

    Chunked(InputStream in) {
      super(in);
    }

    @Override
    long left() throws IOException {
      if (left == 0 && !ended) {
        if (!first) {
          HttpClient.line(in);
        }
        first = false;
        String size = HttpClient.line(in).replaceFirst(";.*", "").strip();
        try {
          left = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
          throw new IOException("chunk size: " + size, e);
        }
        if (left == 0) {
          ended = true;
          while (!HttpClient.line(in).isEmpty()) {
            continue; // trailers
          }
        }
      }
      return left;
    }

    @Override
    void took(int count) {
      left -= count;
    }
  }
}
