package stowage.linux;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor, closed at most once. Every descriptor this package makes is
 * close-on-exec.
 *
 * <p>Closing while another thread uses the number is the caller's mistake, as it is in C.
 */
public final class Fd implements AutoCloseable {
  private static final Call CLOSE = Call.of("close", 1);
  private static final Call DUP = Call.variadic("fcntl", 2, 3);
  private static final int F_DUPFD_CLOEXEC = 1030; // linux/fcntl.h
  private static final int AT_FDCWD = -100;

  /** The working directory, where a call takes a directory; closing it does nothing. */
  public static final Fd CWD = new Fd(AT_FDCWD);

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Fd(int number) {
    this.number = number;
  }

  /** Takes over an open descriptor: from now on only the result's {@link #close} closes it. */
  public static Fd adopt(int number) {
    assert number >= 0 : number;
    return new Fd(number);
  }

  /**
   * The number, for other system calls.
   *
   * @throws IllegalStateException if this is closed: the number may be another file's by now
   */
  public int number() {
    if (closed.get()) {
      throw new IllegalStateException("file descriptor %d is closed".formatted(number));
    }
    return number;
  }

  /** {@code /proc/self/fd/N}: a path that leads to this very file, in this process's /proc. */
  public String procPath() {
    return this == CWD ? "/proc/self/cwd" : "/proc/self/fd/" + number();
  }

  /** A second descriptor of the same open file: they share offset and locks. */
  public Fd duplicate() throws ErrnoException {
    try (var f = Frame.open()) {
      int copy = (int) DUP.invoke(f, number(), F_DUPFD_CLOEXEC, 0);
      if (copy == -1) {
        throw f.error(DUP, "F_DUPFD_CLOEXEC, " + this);
      }
      return new Fd(copy);
    }
  }

  /** Closes. What close(2) says is dropped: bytes that matter were fsynced before. */
  @Override
  public void close() {
    if (number >= 0 && closed.compareAndSet(false, true)) {
      try (var f = Frame.open()) {
        CLOSE.invoke(f, number);
      }
    }
  }

  @Override
  public String toString() {
    return this == CWD ? "AT_FDCWD" : "fd " + number;
  }
}
