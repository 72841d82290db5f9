package stowage.linux;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** zstd, decompressed by libzstd. */
final class Unzstd extends Decompression {
  private static final int ZSTD_D_WINDOW_LOG_MAX = 100;

  private final MemorySegment in = arena.allocate(Zstd.BUFFER_BYTES, 8);
  private final MemorySegment out = arena.allocate(Zstd.BUFFER_BYTES, 8);
  private final long context = Zstd.call(Zstd.CREATE_DCTX);
  private boolean inFrame = true; // there must be a first one

  Unzstd(InputStream zstd) {
    super(zstd);
    if (context == 0) {
      throw new OutOfMemoryError("ZSTD_createDCtx");
    }
    long result =
        Zstd.call(Zstd.DCTX_SET_PARAMETER, context, ZSTD_D_WINDOW_LOG_MAX, Zstd.WINDOW_LOG_MAX);
    assert !Zstd.isError(result);
  }

  @Override
  int decompress(ByteBuffer to) throws IOException {
    for (; ; ) {
      var from = source.buffer();
      // Even with nothing at hand it may hold content back, unless a frame has just ended.
      if (!from.hasRemaining() && !inFrame && !source.fill()) {
        return -1;
      }
      Zstd.describe(in, from);
      Zstd.describe(out, to);
      int start = to.position();
      long result = Zstd.call(Zstd.DECOMPRESS, context, out.address(), in.address());
      Zstd.advance(in, from);
      Zstd.advance(out, to);
      if (Zstd.isError(result)) {
        throw new IOException(
            "zstd stream is corrupt near byte %d: %s"
                .formatted(source.position(), Zstd.errorName(result)));
      }
      inFrame = result != 0;
      if (to.position() > start) {
        return to.position() - start;
      }
      if (inFrame && !from.hasRemaining() && !source.fill()) {
        throw new EOFException(
            "zstd stream is cut off after %d bytes".formatted(source.position()));
      }
    }
  }

  @Override
  void free() {
    Zstd.call(Zstd.FREE_DCTX, context);
  }
}
