package stowage.linux;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Compressed bytes on their way into native code: a direct buffer in front of a stream. */
final class Source implements Closeable {
  static final int SIZE_BYTES = 256 << 10;

  /** Room before the bytes, for {@link #unread} of what went into a decoder with a part before. */
  private static final int HEADROOM_BYTES = 16;

  private final InputStream in;
  private final ByteBuffer buffer;
  private final byte[] heap; // empty when the stream reads into direct buffers itself
  private long filledBytes;
  private boolean ended;

  Source(InputStream in, Arena arena) {
    this.in = in;
    this.buffer = arena.allocate(HEADROOM_BYTES + SIZE_BYTES, 64).asByteBuffer();
    this.heap = new byte[in instanceof ReadableByteChannel ? 0 : SIZE_BYTES];
    buffer.position(HEADROOM_BYTES).limit(HEADROOM_BYTES);
  }

  /** What is at hand, from position to limit; the reader moves the position. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** How many bytes have been taken out so far. */
  long position() {
    return filledBytes - buffer.remaining();
  }

  /** Reads more behind what is at hand; false at the end of the stream. */
  boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    int kept = buffer.remaining();
    assert kept < SIZE_BYTES : "nobody took anything";
    var rest = buffer.duplicate();
    buffer.clear().position(HEADROOM_BYTES);
    buffer.put(rest);
    int room = buffer.remaining();
    int got;
    if (in instanceof ReadableByteChannel channel) {
      got = channel.read(buffer);
    } else {
      got = in.read(heap, 0, room);
      buffer.put(heap, 0, Math.max(got, 0));
    }
    buffer.flip().position(HEADROOM_BYTES);
    ended = got < 0;
    filledBytes += Math.max(got, 0);
    return !ended;
  }

  /** Whether that many bytes are at hand; false when the stream ends before. */
  boolean has(int count) throws IOException {
    while (buffer.remaining() < count) {
      if (!fill()) {
        return false;
      }
    }
    return true;
  }

  /** The next byte, 0 to 255. */
  int next(String what) throws IOException {
    if (!has(1)) {
      throw new EOFException("%s is cut off after %d bytes".formatted(what, position()));
    }
    return buffer.get() & 0xff;
  }

  /** Puts {@code count} bytes back, the lowest byte of {@code bytes} first. */
  void unread(long bytes, int count) {
    int start = buffer.position() - count;
    for (int i = 0; i < count; i++) {
      buffer.put(start + i, (byte) (bytes >>> (8 * i)));
    }
    buffer.position(start);
  }

  /** Reads to the end and drops it, so that whoever hashes the stream sees all of it. */
  void drain() throws IOException {
    do {
      buffer.position(buffer.limit());
    } while (fill());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
