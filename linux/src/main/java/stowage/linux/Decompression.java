package stowage.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * A stream of decompressed bytes, read from a compressed one. {@link #read(ByteBuffer)} into a
 * direct buffer of 128 KiB or more is the fastest way; {@code read(byte[])} copies once more.
 *
 * <p>The end is told only after every checksum was right and the compressed stream was read to its
 * end. One thread reads; any may close. It must be closed, which closes the compressed stream.
 */
public abstract sealed class Decompression extends InputStream implements ReadableByteChannel
    permits Inflate, Unzstd {
  private static final int BUFFER_BYTES = 256 << 10;

  /** Of all native memory of this stream. */
  final Arena arena = Arena.ofShared();

  final Source source;
  private final Guard guard;
  private ByteBuffer ready = ByteBuffer.allocate(0); // decompressed, for heap readers
  private boolean failed;

  Decompression(InputStream compressed) {
    this.source = new Source(compressed, arena);
    this.guard = new Guard(this::freeAll);
  }

  /** Decompresses at least a byte into a direct buffer with room; -1 at the end. */
  abstract int decompress(ByteBuffer to) throws IOException;

  /** Frees what is not in the arena. Called once, with no {@link #decompress} under way. */
  abstract void free();

  private void freeAll() {
    free();
    arena.close();
  }

  @Override
  public final int read(ByteBuffer to) throws IOException {
    guard.enter();
    try {
      if (!to.hasRemaining()) {
        return 0;
      }
      if (to.isDirect() && !ready.hasRemaining()) {
        return tryDecompress(to);
      }
      if (!refill()) {
        return -1;
      }
      int size = Math.min(to.remaining(), ready.remaining());
      to.put(ready.slice(ready.position(), size));
      ready.position(ready.position() + size);
      return size;
    } finally {
      guard.exit();
    }
  }

  @Override
  public final int read(byte[] to, int offset, int length) throws IOException {
    return read(ByteBuffer.wrap(to, offset, length));
  }

  @Override
  public final int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int available() {
    return ready.remaining();
  }

  private boolean refill() throws IOException {
    if (ready.hasRemaining()) {
      return true;
    }
    if (ready.capacity() == 0) {
      ready = arena.allocate(BUFFER_BYTES, 64).asByteBuffer();
    }
    int size = -1;
    try {
      size = tryDecompress(ready.clear());
    } finally {
      ready.position(0).limit(Math.max(size, 0)); // nothing of what failed
    }
    return size > 0;
  }

  /** A decoder that has failed once would give anything if asked again. */
  private int tryDecompress(ByteBuffer to) throws IOException {
    if (failed) {
      throw new IOException("the stream has failed before");
    }
    failed = true;
    int size = decompress(to);
    failed = false;
    return size;
  }

  /** How many compressed bytes have been used so far. */
  public final long compressedBytes() {
    return source.position();
  }

  @Override
  public final boolean isOpen() {
    return guard.isOpen();
  }

  @Override
  public final void close() throws IOException {
    if (guard.close()) {
      source.close();
    }
  }
}
