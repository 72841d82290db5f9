package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** gzip by ISA-L. */
final class IsalCompression extends Compression {
  // struct isal_zstream, isa-l/igzip_lib.h
  private static final long NEXT_IN = 0;
  private static final long AVAIL_IN = 8;
  private static final long NEXT_OUT = 16;
  private static final long AVAIL_OUT = 24;
  private static final long LEVEL = 40;
  private static final long LEVEL_BUF_SIZE = 44;
  private static final long LEVEL_BUF = 48;
  private static final long END_OF_STREAM = 56;
  private static final long GZIP_FLAG = 60;

  /** It is 82,384; a later one may be larger. */
  private static final int STREAM_BYTES = 128 << 10;

  /** ISAL_DEF_LVL1_DEFAULT. */
  private static final int LEVEL_1_BYTES = 282_624;

  private static final short IGZIP_GZIP = 1;

  private final MemorySegment stream = arena.allocate(STREAM_BYTES, 64);

  IsalCompression(OutputStream to) {
    super(to);
    Isal.call(Isal.DEFLATE_INIT, stream);
    stream.set(JAVA_INT, LEVEL, 1);
    stream.set(JAVA_INT, LEVEL_BUF_SIZE, LEVEL_1_BYTES);
    stream.set(JAVA_LONG, LEVEL_BUF, arena.allocate(LEVEL_1_BYTES, 64).address());
    stream.set(JAVA_SHORT, GZIP_FLAG, IGZIP_GZIP);
  }

  @Override
  boolean compress(ByteBuffer from, ByteBuffer into, boolean last) throws IOException {
    int outSize = into.remaining();
    int result;
    try {
      stream.set(JAVA_LONG, NEXT_IN, MemorySegment.ofBuffer(from).address());
      stream.set(JAVA_INT, AVAIL_IN, from.remaining());
      stream.set(JAVA_LONG, NEXT_OUT, MemorySegment.ofBuffer(into).address());
      stream.set(JAVA_INT, AVAIL_OUT, outSize);
      stream.set(JAVA_SHORT, END_OF_STREAM, (short) (last ? 1 : 0));
      result = Isal.call(Isal.DEFLATE, stream);
    } finally {
      Reference.reachabilityFence(from);
      Reference.reachabilityFence(into);
    }
    if (result != 0) {
      throw new IOException("isal_deflate returned " + result);
    }
    from.position(from.limit() - stream.get(JAVA_INT, AVAIL_IN));
    int room = stream.get(JAVA_INT, AVAIL_OUT);
    into.position(into.position() + outSize - room);
    return room == 0 || from.hasRemaining();
  }

  @Override
  void free() {} // all of it is in the arena
}
