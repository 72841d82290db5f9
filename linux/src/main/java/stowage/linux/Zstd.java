package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;

/** Zstandard (RFC 8878) by libzstd, if the machine has it; the JDK has none to fall back to. */
public final class Zstd {
  /** The largest window that is decompressed: more memory than that a layer may not ask for. */
  static final int WINDOW_LOG_MAX = 27;

  private static final SymbolLookup LIBRARY = Isal.library("libzstd.so.1");

  static final MethodHandle CREATE_DCTX = bind("ZSTD_createDCtx", 0);
  static final MethodHandle FREE_DCTX = bind("ZSTD_freeDCtx", 1);
  static final MethodHandle DCTX_SET_PARAMETER = bind("ZSTD_DCtx_setParameter", 3);
  static final MethodHandle DECOMPRESS = bind("ZSTD_decompressStream", 3);
  static final MethodHandle CREATE_CCTX = bind("ZSTD_createCCtx", 0);
  static final MethodHandle FREE_CCTX = bind("ZSTD_freeCCtx", 1);
  static final MethodHandle CCTX_SET_PARAMETER = bind("ZSTD_CCtx_setParameter", 3);
  static final MethodHandle COMPRESS = bind("ZSTD_compressStream2", 4);
  private static final MethodHandle IS_ERROR = bind("ZSTD_isError", 1);
  private static final MethodHandle GET_ERROR_NAME = bind("ZSTD_getErrorName", 1);

  /** ZSTD_inBuffer and ZSTD_outBuffer: address, size, position. */
  static final int BUFFER_BYTES = 24;

  private static final int ERROR_NAME_MAX = 256;

  private Zstd() {}

  static MethodHandle bind(String function, int arguments) {
    return LIBRARY == null
        ? null
        : Call.bind(LIBRARY.findOrThrow(function), arguments, List.of());
  }

  /** Whether libzstd is there. */
  public static boolean isThere() {
    return LIBRARY != null;
  }

  /**
   * Decompresses frames, one after the other; skippable ones are skipped.
   *
   * @throws IOException libzstd is not there
   */
  public static Decompression decompress(InputStream zstd) throws IOException {
    demand();
    return new Unzstd(zstd);
  }

  /**
   * Compresses to one frame with a checksum.
   *
   * @param level 1 (fastest) to 19
   * @throws IOException libzstd is not there
   */
  public static Compression compress(OutputStream to, int level) throws IOException {
    demand();
    return new ZstdCompression(to, level);
  }

  static void demand() throws IOException {
    if (!isThere()) {
      throw new IOException("zstd needs libzstd.so.1, which is not installed");
    }
  }

  /** Describes a buffer's rest to libzstd. */
  static void describe(MemorySegment struct, ByteBuffer buffer) {
    struct.set(JAVA_LONG, 0, MemorySegment.ofBuffer(buffer).address());
    struct.set(JAVA_LONG, 8, buffer.remaining());
    struct.set(JAVA_LONG, 16, 0);
  }

  /** Moves a buffer's position by what libzstd has used of it. */
  static void advance(MemorySegment struct, ByteBuffer buffer) {
    buffer.position(buffer.position() + (int) struct.get(JAVA_LONG, 16));
    Reference.reachabilityFence(buffer);
  }

  static long call(MethodHandle function) {
    try {
      return (long) function.invokeExact();
    } catch (Throwable t) {
      throw Call.never(t);
    }
  }

  static long call(MethodHandle function, long a) {
    try {
      return (long) function.invokeExact(a);
    } catch (Throwable t) {
      throw Call.never(t);
    }
  }

  static long call(MethodHandle function, long a, long b, long c) {
    try {
      return (long) function.invokeExact(a, b, c);
    } catch (Throwable t) {
      throw Call.never(t);
    }
  }

  static long call(MethodHandle function, long a, long b, long c, long d) {
    try {
      return (long) function.invokeExact(a, b, c, d);
    } catch (Throwable t) {
      throw Call.never(t);
    }
  }

  static boolean isError(long result) {
    return (int) call(IS_ERROR, result) != 0;
  }

  @SuppressWarnings("restricted") // the library's own constant string
  static String errorName(long result) {
    return MemorySegment.ofAddress(call(GET_ERROR_NAME, result))
        .reinterpret(ERROR_NAME_MAX)
        .getString(0, US_ASCII);
  }
}
