package stowage.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Zstandard of whole buffers, a call each, with contexts that are used again: for many blocks of
 * some hundred KiB. Buffers are direct. One thread at a time.
 */
public final class ZstdBlock implements AutoCloseable {
  private static final MethodHandle COMPRESS = Zstd.bind("ZSTD_compressCCtx", 6);
  private static final MethodHandle DECOMPRESS = Zstd.bind("ZSTD_decompressDCtx", 5);
  private static final MethodHandle ERROR_CODE = Zstd.bind("ZSTD_getErrorCode", 1);
  private static final int DESTINATION_TOO_SMALL = 70; // zstd_errors.h

  private long compressing;
  private long decompressing;

  /** With contexts that are made when they are needed. */
  public ZstdBlock() {}

  /**
   * Compresses all of {@code from}, which stays as it is, into {@code into} as one frame.
   *
   * @param level 1 (fastest) to 19
   * @return false if there is not enough room in {@code into}
   * @throws IOException libzstd is not there
   */
  public boolean compress(ByteBuffer from, ByteBuffer into, int level) throws IOException {
    Zstd.demand();
    if (compressing == 0) {
      compressing = made(Zstd.call(Zstd.CREATE_CCTX));
    }
    long size;
    try {
      size =
          (long)
              COMPRESS.invokeExact(
                  compressing,
                  MemorySegment.ofBuffer(into).address(),
                  (long) into.remaining(),
                  MemorySegment.ofBuffer(from).address(),
                  (long) from.remaining(),
                  (long) level);
    } catch (Throwable t) {
      throw Call.never(t);
    } finally {
      Reference.reachabilityFence(from);
      Reference.reachabilityFence(into);
    }
    if (Zstd.isError(size)) {
      if ((int) Zstd.call(ERROR_CODE, size) == DESTINATION_TOO_SMALL) {
        return false;
      }
      throw new IOException("ZSTD_compressCCtx: " + Zstd.errorName(size));
    }
    into.position(into.position() + (int) size);
    return true;
  }

  /**
   * Decompresses all of {@code from}, which stays as it is, into {@code into}.
   *
   * @throws IOException if it is not zstd or does not fit, or libzstd is not there
   */
  public void decompress(ByteBuffer from, ByteBuffer into) throws IOException {
    Zstd.demand();
    if (decompressing == 0) {
      decompressing = made(Zstd.call(Zstd.CREATE_DCTX));
    }
    long size;
    try {
      size =
          (long)
              DECOMPRESS.invokeExact(
                  decompressing,
                  MemorySegment.ofBuffer(into).address(),
                  (long) into.remaining(),
                  MemorySegment.ofBuffer(from).address(),
                  (long) from.remaining());
    } catch (Throwable t) {
      throw Call.never(t);
    } finally {
      Reference.reachabilityFence(from);
      Reference.reachabilityFence(into);
    }
    if (Zstd.isError(size)) {
      throw new IOException("zstd block is corrupt: " + Zstd.errorName(size));
    }
    into.position(into.position() + (int) size);
  }

  private static long made(long context) {
    if (context == 0) {
      throw new OutOfMemoryError("ZSTD context");
    }
    return context;
  }

  @Override
  public void close() {
    if (compressing != 0) {
      Zstd.call(Zstd.FREE_CCTX, compressing);
    }
    if (decompressing != 0) {
      Zstd.call(Zstd.FREE_DCTX, decompressing);
    }
    compressing = 0;
    decompressing = 0;
  }
}
