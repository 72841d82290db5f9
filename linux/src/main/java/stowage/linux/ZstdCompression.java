package stowage.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** zstd by libzstd, as one frame. */
final class ZstdCompression extends Compression {
  private static final int ZSTD_C_COMPRESSION_LEVEL = 100;
  private static final int ZSTD_C_CHECKSUM_FLAG = 201;
  private static final int ZSTD_E_CONTINUE = 0;
  private static final int ZSTD_E_END = 2;

  private final MemorySegment in = arena.allocate(Zstd.BUFFER_BYTES, 8);
  private final MemorySegment out = arena.allocate(Zstd.BUFFER_BYTES, 8);
  private final long context = Zstd.call(Zstd.CREATE_CCTX);

  ZstdCompression(OutputStream to, int level) {
    super(to);
    if (context == 0) {
      throw new OutOfMemoryError("ZSTD_createCCtx");
    }
    set(ZSTD_C_COMPRESSION_LEVEL, level);
    set(ZSTD_C_CHECKSUM_FLAG, 1);
  }

  private void set(int parameter, int value) {
    long result = Zstd.call(Zstd.CCTX_SET_PARAMETER, context, parameter, value);
    assert !Zstd.isError(result) : Zstd.errorName(result);
  }

  @Override
  boolean compress(ByteBuffer from, ByteBuffer into, boolean last) throws IOException {
    Zstd.describe(in, from);
    Zstd.describe(out, into);
    long result =
        Zstd.call(
            Zstd.COMPRESS,
            context,
            out.address(),
            in.address(),
            last ? ZSTD_E_END : ZSTD_E_CONTINUE);
    Zstd.advance(in, from);
    Zstd.advance(out, into);
    if (Zstd.isError(result)) {
      throw new IOException("ZSTD_compressStream2: " + Zstd.errorName(result));
    }
    // At the end the result is what is left to come out; before, only a hint.
    return last ? result != 0 : from.hasRemaining();
  }

  @Override
  void free() {
    Zstd.call(Zstd.FREE_CCTX, context);
  }
}
