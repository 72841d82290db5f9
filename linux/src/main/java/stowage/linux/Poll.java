package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** poll(2) of one descriptor: waiting until something can be done with it. */
public final class Poll {
  public static final int POLLIN = 1;
  public static final int POLLPRI = 2;
  public static final int POLLOUT = 4;
  public static final int POLLERR = 8;
  public static final int POLLHUP = 16;

  /** As a timeout: none. */
  public static final int FOREVER = -1;

  private static final Call POLL = Call.of("poll", 3);

  private Poll() {}

  /**
   * Waits for any of {@code events}, an error or a hang-up. A signal starts the wait anew.
   *
   * @param timeoutMillis {@link #FOREVER}, 0 to only ask, or how long
   * @return which happened; 0 when none did in time
   */
  public static int poll(Fd fd, int events, int timeoutMillis) throws ErrnoException {
    try (var f = Frame.open()) {
      var one = f.bytes(8); // struct pollfd
      one.set(JAVA_INT, 0, fd.number());
      one.set(JAVA_SHORT, 4, (short) events);
      one.set(JAVA_SHORT, 6, (short) 0);
      int ready;
      do {
        ready = (int) POLL.invoke(f, one.address(), 1, timeoutMillis);
      } while (ready == -1 && f.errno() == Errno.EINTR.number);
      if (ready == -1) {
        throw f.error(POLL, fd.toString());
      }
      return Short.toUnsignedInt(one.get(JAVA_SHORT, 6));
    }
  }
}
