package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * ISA-L's decoder. It keeps the last 32 KiB itself, so that every call may have another output
 * buffer; it copies less the larger those are.
 */
final class IsalDecoder implements DeflateDecoder {
  // struct inflate_state, isa-l/igzip_lib.h; the same in 2.2x to 2.32, which libisal.so.2 is.
  private static final long NEXT_OUT = 0;
  private static final long AVAIL_OUT = 8;
  private static final long NEXT_IN = 16;
  private static final long READ_IN = 24;
  private static final long AVAIL_IN = 32;
  private static final long READ_IN_LENGTH = 36;
  private static final long BLOCK_STATE = 21160;

  /** It is 87,368; a later one may be larger. */
  private static final int STATE_BYTES = 128 << 10;

  /** ISAL_BLOCK_FINISH is the last of the states but one. */
  private static final int BLOCK_FINISH = 5;

  private final MemorySegment state;

  IsalDecoder(Arena arena) {
    state = arena.allocate(STATE_BYTES, 64);
    Isal.call(Isal.INFLATE_INIT, state); // raw deflate: crc_flag is ISAL_DEFLATE
  }

  @Override
  public void reset() {
    Isal.call(Isal.INFLATE_RESET, state);
  }

  @Override
  public int inflate(Source from, ByteBuffer to) throws IOException {
    var in = from.buffer();
    int inSize = in.remaining();
    int outSize = to.remaining();
    int result;
    try {
      state.set(JAVA_LONG, NEXT_IN, MemorySegment.ofBuffer(in).address());
      state.set(JAVA_INT, AVAIL_IN, inSize);
      state.set(JAVA_LONG, NEXT_OUT, MemorySegment.ofBuffer(to).address());
      state.set(JAVA_INT, AVAIL_OUT, outSize);
      result = Isal.call(Isal.INFLATE, state);
    } finally {
      Reference.reachabilityFence(in);
      Reference.reachabilityFence(to);
    }
    if (result < 0) {
      throw new IOException(meaning(result));
    }
    in.position(in.limit() - state.get(JAVA_INT, AVAIL_IN));
    int size = outSize - state.get(JAVA_INT, AVAIL_OUT);
    to.position(to.position() + size);
    if (finished()) {
      unreadRest(from);
    }
    return size;
  }

  /** Up to 64 bits were taken beyond the last block: whole bytes of them belong to what follows. */
  private void unreadRest(Source from) {
    int bits = state.get(JAVA_INT, READ_IN_LENGTH);
    int bytes = bits / 8;
    from.unread(state.get(JAVA_LONG, READ_IN) >>> (bits % 8), bytes);
    state.set(JAVA_INT, READ_IN_LENGTH, 0);
  }

  private static String meaning(int result) {
    return switch (result) {
      case -1 -> "invalid block";
      case -2 -> "invalid symbol";
      case -3 -> "invalid distance";
      default -> "isal_inflate returned " + result;
    };
  }

  @Override
  public boolean finished() {
    return state.get(JAVA_INT, BLOCK_STATE) == BLOCK_FINISH;
  }

  @Override
  public void free() {} // all of it is in the arena
}
