package stowage.docker;

import java.io.IOException;
import java.io.OutputStream;
import stowage.container.Attachment;

/**
 * Output as attach, exec and logs send it: raw for a terminal, else each piece after a header of
 * eight bytes, its stream's number (1, 2), three zeroes and its length.
 */
final class Frames {
  private static final int HEADER = 8;

  private final boolean raw;
  private final OutputStream out;

  Frames(boolean raw, OutputStream out) {
    this.raw = raw;
    this.out = out;
  }

  /** The content type of such a stream; clients before 1.42 know only the one. */
  static String contentType(boolean raw, ApiVersion version) {
    return raw || !version.atLeast(42)
        ? "application/vnd.docker.raw-stream"
        : "application/vnd.docker.multiplexed-stream";
  }

  /** Sends {@code pieces} as one frame. */
  void write(Attachment.Stream stream, byte[]... pieces) throws IOException {
    int length = 0;
    for (byte[] piece : pieces) {
      length += piece.length;
    }
    int at = raw ? 0 : HEADER;
    var frame = new byte[at + length];
    if (!raw) {
      frame[0] = (byte) (stream.ordinal() + 1);
      for (int i = 0; i < 4; i++) {
        frame[4 + i] = (byte) (length >> (24 - 8 * i));
      }
    }
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, frame, at, piece.length);
      at += piece.length;
    }
    out.write(frame);
  }
}
