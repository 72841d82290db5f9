package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A connection to a unix socket of type SOCK_SEQPACKET, such as conmon's attach socket: each write
 * is one packet, each read gives one.
 *
 * <p>One thread may read while another writes and a third closes: closing wakes both up.
 */
public final class SeqPacket implements AutoCloseable {
  private static final Call SOCKET = Call.of("socket", 3);
  private static final Call CONNECT = Call.of("connect", 3);
  private static final Call RECV = Call.of("recv", 4);
  private static final Call SEND = Call.of("send", 4);
  private static final Call SHUTDOWN = Call.of("shutdown", 2);

  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_WR = 1;
  private static final int SHUT_RDWR = 2;

  /** Of {@code sockaddr_un.sun_path}, with the NUL. */
  private static final int PATH_BYTES = 108;

  private final Fd fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Held shared by every call, so that the number is not another file's while one runs. */
  private final ReentrantReadWriteLock uses = new ReentrantReadWriteLock();

  private SeqPacket(Fd fd) {
    this.fd = fd;
  }

  /** Connects. The path may be longer than the 107 bytes that an address has room for. */
  public static SeqPacket connect(String path) throws ErrnoException {
    if (path.length() < PATH_BYTES) {
      return connect(path, path);
    }
    int slash = path.lastIndexOf('/');
    var name = path.substring(slash + 1);
    var parent = slash < 0 ? "." : path.substring(0, slash + 1);
    try (var directory = Open.open(parent, Open.O_PATH | Open.O_DIRECTORY)) {
      return connect(directory.procPath() + "/" + name, path);
    }
  }

  private static SeqPacket connect(String address, String path) throws ErrnoException {
    try (var f = Frame.open()) {
      int number = (int) SOCKET.invoke(f, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
      if (number == -1) {
        throw f.error(SOCKET, "AF_UNIX, SOCK_SEQPACKET");
      }
      var fd = Fd.adopt(number);
      if (address.length() >= PATH_BYTES) {
        fd.close();
        throw new ErrnoException(CONNECT.name(), path, Errno.ENAMETOOLONG.number);
      }
      var sockaddr = address(f, address);
      if ((int) CONNECT.invoke(f, number, sockaddr.address(), sockaddr.byteSize()) == -1) {
        var error = f.error(CONNECT, path);
        fd.close();
        throw error;
      }
      return new SeqPacket(fd);
    }
  }

  /** A {@code struct sockaddr_un}. */
  static MemorySegment address(Frame f, String path) {
    var sockaddr = f.zeroes(2 + PATH_BYTES);
    sockaddr.set(JAVA_SHORT, 0, (short) AF_UNIX);
    for (int i = 0; i < path.length(); i++) {
      sockaddr.set(JAVA_BYTE, 2 + i, (byte) path.charAt(i));
    }
    return sockaddr;
  }

  /** Reads one packet, cut to the buffer; -1 when the other side, or this one, has closed. */
  public int read(ByteBuffer to) throws ErrnoException {
    int size = transfer(RECV, to, 0);
    return size == 0 ? -1 : size;
  }

  /** Writes the rest of the buffer as one packet. EPIPE when the other side has closed. */
  public void write(ByteBuffer from) throws ErrnoException {
    transfer(SEND, from, MSG_NOSIGNAL);
  }

  private int transfer(Call call, ByteBuffer buffer, int flags) throws ErrnoException {
    if (buffer.isDirect()) {
      try {
        int done = transfer(call, MemorySegment.ofBuffer(buffer), flags);
        buffer.position(buffer.position() + done);
        return done;
      } finally {
        Reference.reachabilityFence(buffer);
      }
    }
    try (var arena = Arena.ofConfined()) {
      var heap = MemorySegment.ofBuffer(buffer);
      var bounce = arena.allocate(Math.max(1, heap.byteSize())).asSlice(0, heap.byteSize());
      if (call == SEND) {
        bounce.copyFrom(heap);
      }
      int done = transfer(call, bounce, flags);
      if (call == RECV) {
        heap.copyFrom(bounce.asSlice(0, done));
      }
      buffer.position(buffer.position() + done);
      return done;
    }
  }

  private int transfer(Call call, MemorySegment bytes, int flags) throws ErrnoException {
    uses.readLock().lock();
    try (var f = Frame.open()) {
      if (closed.get()) {
        if (call == RECV) {
          return 0;
        }
        throw new ErrnoException(call.name(), fd.toString(), Errno.EPIPE.number);
      }
      long done = call.invoke(f, fd.number(), bytes.address(), bytes.byteSize(), flags);
      if (done == -1) {
        throw f.error(call, "%s, %d bytes".formatted(fd, bytes.byteSize()));
      }
      return (int) done;
    } finally {
      uses.readLock().unlock();
    }
  }

  /** Tells the other side that no more will be written; reading goes on. */
  public void shutdownWrite() throws ErrnoException {
    uses.readLock().lock();
    try (var f = Frame.open()) {
      if (!closed.get() && (int) SHUTDOWN.invoke(f, fd.number(), SHUT_WR) == -1) {
        throw f.error(SHUTDOWN, fd + ", SHUT_WR");
      }
    } finally {
      uses.readLock().unlock();
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (var f = Frame.open()) {
      SHUTDOWN.invoke(f, fd.number(), SHUT_RDWR); // wakes whoever is in read or write
    }
    uses.writeLock().lock();
    try {
      fd.close();
    } finally {
      uses.writeLock().unlock();
    }
  }
}
