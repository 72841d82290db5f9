package stowage.cli;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * What a container prints, as the API sends it: raw for a terminal, else frames of an 8-byte header
 * (stream, three zeroes, big-endian length) and bytes.
 */
final class Streams {
  private static final int STDERR = 2;

  private Streams() {}

  /** Copies to the process's streams until the end. */
  static void copy(InputStream in, boolean raw, Output out) throws IOException {
    if (raw) {
      pass(in, out.stdout());
      return;
    }
    var frames = new DataInputStream(in);
    for (int stream = frames.read(); stream >= 0; stream = frames.read()) {
      frames.skipNBytes(3);
      long left = frames.readInt() & 0xffffffffL;
      PrintStream to = stream == STDERR ? out.stderr() : out.stdout();
      var buffer = new byte[32 << 10];
      while (left > 0) {
        int n = frames.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          throw new EOFException("the engine's answer ends inside a frame");
        }
        to.write(buffer, 0, n);
        left -= n;
      }
      to.flush();
    }
  }

  /** Copies each byte as soon as it is there. */
  static void pass(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[32 << 10];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      out.flush();
    }
  }
}
