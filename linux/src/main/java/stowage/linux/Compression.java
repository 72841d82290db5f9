package stowage.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A stream to write bytes to, which writes them compressed to another. {@link #write(ByteBuffer)}
 * of large direct buffers is the fastest way.
 *
 * <p>The compressed stream is whole after {@link #finish} or {@link #close}. One thread writes; any
 * may close. Nothing reaches the other stream before some hundred KiB have gathered: there is no
 * flushing of half a block.
 */
public abstract sealed class Compression extends OutputStream implements WritableByteChannel
    permits IsalCompression, JdkCompression, ZstdCompression {
  private static final int BUFFER_BYTES = 256 << 10;

  /** Of all native memory of this stream. */
  final Arena arena = Arena.ofShared();

  private final OutputStream to;
  private final Guard guard;
  private final ByteBuffer gathered = arena.allocate(BUFFER_BYTES, 64).asByteBuffer();
  private final ByteBuffer compressed = arena.allocate(BUFFER_BYTES, 64).asByteBuffer();
  private final byte[] heap = new byte[BUFFER_BYTES];
  private boolean finished;
  private boolean failed;

  Compression(OutputStream to) {
    this.to = to;
    this.guard = new Guard(this::freeAll);
  }

  /**
   * Compresses what is in {@code from} into {@code into}, both direct, as far as there is room.
   *
   * @param last whether nothing follows
   * @return whether there is more to come out, so that this must be called again
   */
  abstract boolean compress(ByteBuffer from, ByteBuffer into, boolean last) throws IOException;

  /** Frees what is not in the arena. Called once, with no {@link #compress} under way. */
  abstract void free();

  private void freeAll() {
    free();
    arena.close();
  }

  @Override
  public final int write(ByteBuffer from) throws IOException {
    guard.enter();
    try {
      if (finished) {
        throw new IOException("stream is finished");
      }
      int size = from.remaining();
      if (from.isDirect() && size >= BUFFER_BYTES) {
        compressGathered();
        pump(from, false);
        return size;
      }
      while (from.hasRemaining()) {
        int part = Math.min(from.remaining(), gathered.remaining());
        gathered.put(from.slice(from.position(), part));
        from.position(from.position() + part);
        if (!gathered.hasRemaining()) {
          compressGathered();
        }
      }
      return size;
    } finally {
      guard.exit();
    }
  }

  @Override
  public final void write(byte[] from, int offset, int length) throws IOException {
    write(ByteBuffer.wrap(from, offset, length));
  }

  @Override
  public final void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  private void compressGathered() throws IOException {
    gathered.flip();
    pump(gathered, false);
    gathered.clear();
  }

  private void pump(ByteBuffer from, boolean last) throws IOException {
    if (failed) {
      throw new IOException("the stream has failed before");
    }
    failed = true;
    boolean more;
    do {
      compressed.clear();
      more = compress(from, compressed, last);
      int size = compressed.flip().remaining();
      compressed.get(heap, 0, size);
      to.write(heap, 0, size);
    } while (more);
    assert !from.hasRemaining();
    failed = false;
  }

  /** Ends the compressed stream and leaves the other one open. */
  public final void finish() throws IOException {
    guard.enter();
    try {
      if (!finished) {
        gathered.flip();
        pump(gathered, true);
        finished = true;
      }
    } finally {
      guard.exit();
    }
  }

  @Override
  public final boolean isOpen() {
    return guard.isOpen();
  }

  /** Finishes, unless writing has failed, and closes both streams. */
  @Override
  public final void close() throws IOException {
    if (!guard.isOpen()) {
      return;
    }
    try (to) {
      if (!failed) {
        finish();
      }
    } finally {
      guard.close();
    }
  }
}
