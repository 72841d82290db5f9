package stowage.layer;

import java.nio.ByteBuffer;

/** Where an index goes, from start to end: a staged file, or a comparison with one that exists. */
interface Sink {
  /** Takes all of {@code from}. */
  void write(ByteBuffer from);

  /** The next {@code count} bytes are zero, and need no room. */
  void skip(long count);
}
