package stowage.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection after a 101: bytes both ways, each way ended by itself. One thread may read while
 * another writes; nothing is buffered.
 */
public interface RawStream extends Closeable {
  /** What the other end sends; ends when it has closed its half or is gone. */
  InputStream input();

  /** What the other end gets, at once. */
  OutputStream output();

  /** Tells the other end that nothing more comes; {@link #input} stays open. */
  void closeOutput() throws IOException;

  /** Closes both ways; the other end loses nothing already written. */
  @Override
  void close();
}
