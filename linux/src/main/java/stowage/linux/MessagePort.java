package stowage.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One thread's way to speak with the kernel in whole messages through a descriptor: {@code
 * /dev/fuse}, or a netlink socket. It has memory of its own for one message, in the machine's byte
 * order, so that a message costs no allocation.
 *
 * <p>Several ports may share a descriptor, each with its own thread.
 */
public final class MessagePort implements AutoCloseable {
  private static final Call READ = Call.of("read", 3);
  private static final Call WRITE = Call.of("write", 3);
  private static final int PAGE = 4096;

  private final Fd fd;
  private final Frame frame = Frame.open(); // kept: reads block, and each would take one
  private final ByteBuffer message;
  private final long address;

  /** A port whose messages have up to {@code sizeBytes}. */
  public MessagePort(Fd fd, int sizeBytes) {
    this.fd = fd;
    MemorySegment memory = Arena.ofAuto().allocate(sizeBytes, PAGE); // as long as the buffer is
    this.message = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    this.address = memory.address();
  }

  /** The message: what was received last, or is to be sent. */
  public ByteBuffer message() {
    return message;
  }

  /**
   * Waits for a message, which then is all of {@link #message}'s content from 0 to its limit.
   *
   * @return its size in bytes, or minus the errno
   */
  public int receive() {
    message.clear();
    long size = READ.invoke(frame, fd.number(), address, message.capacity());
    if (size < 0) {
      return -frame.errno();
    }
    message.limit((int) size);
    return (int) size;
  }

  /**
   * Sends the first {@code sizeBytes} of the message.
   *
   * @return 0, or minus the errno
   */
  public int send(int sizeBytes) {
    return WRITE.invoke(frame, fd.number(), address, sizeBytes) < 0 ? -frame.errno() : 0;
  }

  /** What an answer of {@link #receive} or {@link #send} below 0 means. */
  public static ErrnoException failure(String what, int result) {
    assert result < 0 : result;
    return new ErrnoException("message", what, -result);
  }

  /** The port is not used any more; the descriptor stays open. */
  @Override
  public void close() {
    frame.close();
  }
}
