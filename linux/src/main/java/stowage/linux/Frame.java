package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The native memory of one system call: the place for errno, then C strings and structs. Frames
 * are lent from a small pool, since a malloc and free for each call cost more than many a call.
 *
 * <p>Addresses handed out are valid until {@link #close}.
 */
final class Frame implements AutoCloseable {
  /** Two paths of PATH_MAX, and a struct. */
  private static final int SIZE_BYTES = 12 << 10;

  private static final int ERRNO_BYTES =
      Math.toIntExact((Linker.Option.captureStateLayout().byteSize() + 7) & ~7);

  /** More frames than processors would seldom be in use: a call that blocks keeps its own. */
  private static final AtomicReferenceArray<Frame> POOL = new AtomicReferenceArray<>(16);

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE_BYTES, 8);
  private final MemorySegment errno = memory.asSlice(0, ERRNO_BYTES);
  private int used = ERRNO_BYTES;

  /** What did not fit; held so that it lives as long as its addresses are used. */
  private final List<MemorySegment> overflow = new ArrayList<>();


  private Frame() {}

  static Frame open() {
    var frame = POOL.getAndSet(slot(), null);
    return frame == null ? new Frame() : frame;
  }

  private static int slot() {
    return (int) (Thread.currentThread().threadId() & (POOL.length() - 1));
  }

  /** The first argument of a downcall, where the linker stores errno. */
  MemorySegment errnoState() {
    return errno;
  }

  /** What errno was after the last call with this frame. */
  int errno() {
    return errno.get(JAVA_INT, 0);
  }

  ErrnoException error(Call call, String what) {
    return new ErrnoException(call.name(), what, errno());
  }

  /** The C string of a byte string, which must not hold a NUL. */
  long string(String s) throws ErrnoException {
    int length = s.length();
    var target = bytes(length + 1);
    for (int i = 0; i < length; i++) {
      char c = s.charAt(i);
      if (c == 0 || c > 255) {
        // The kernel would see another, shorter name than the one the caller has checked.
        throw new ErrnoException(
            "name", "char %d is %d".formatted(i, (int) c), Errno.EINVAL.number);
      }
      target.set(JAVA_BYTE, i, (byte) c);
    }
    target.set(JAVA_BYTE, length, (byte) 0);
    return target.address();
  }

  /** Memory of {@code size} bytes, aligned to 8, holding anything. */
  MemorySegment bytes(int size) {
    int rounded = (size + 7) & ~7;
    if (rounded > SIZE_BYTES - used) {
      var large = Arena.ofAuto().allocate(rounded, 8);
      overflow.add(large);
      return large.asSlice(0, size);
    }
    var slice = memory.asSlice(used, size);
    used += rounded;
    return slice;
  }

  /** Memory of {@code size} bytes, all zero. */
  MemorySegment zeroes(int size) {
    return bytes(size).fill((byte) 0);
  }

  @Override
  public void close() {
    used = ERRNO_BYTES;
    overflow.clear();
    POOL.set(slot(), this);
  }
}
