package stowage.linux;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A decoder of raw deflate streams (RFC 1951), one after the other. */
sealed interface DeflateDecoder permits IsalDecoder, JdkDecoder {
  /** Begins a new stream. */
  void reset();

  /**
   * Decompresses what {@code from} has at hand into a direct buffer, as far as there is room.
   *
   * @return how many bytes came out
   * @throws IOException the stream is corrupt; the message says in which way
   */
  int inflate(Source from, ByteBuffer to) throws IOException;

  /** Whether the stream has ended; {@code from} then stands at the byte after it. */
  boolean finished();

  /** Frees what the decoder has of its own. */
  void free();
}
