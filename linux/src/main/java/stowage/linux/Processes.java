package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Optional;

/** Processes: signalling them, waiting for them, and the limits and rights of this one. */
public final class Processes {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;

  public static final int WNOHANG = 1;

  /** Waits for children of every kind, whatever signal their end sends. */
  public static final int WALL = 0x40000000;

  public static final int RLIMIT_NOFILE = 7;
  public static final int RLIMIT_MEMLOCK = 8;
  public static final int RLIMIT_NPROC = 6;

  /** A {@link Limit} that is none. */
  public static final long RLIM_INFINITY = -1;

  private static final Call KILL = Call.of("kill", 2);
  private static final Call PIDFD_OPEN = Call.syscall("pidfd_open", 434, 2);
  private static final Call PIDFD_SEND_SIGNAL = Call.syscall("pidfd_send_signal", 424, 4);
  private static final Call PIDFD_GETFD = Call.syscall("pidfd_getfd", 438, 3);
  private static final Call PRCTL = Call.variadic("prctl", 1, 5);
  private static final Call WAITPID = Call.of("waitpid", 3);
  private static final Call GETRLIMIT = Call.of("getrlimit64", 2);
  private static final Call GETEUID = Call.of("geteuid", 0);
  private static final Call UMASK = Call.of("umask", 1);
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int PR_SET_IO_FLUSHER = 57;

  private Processes() {}

  /** Signal 0 only asks: ESRCH when there is no such process. */
  public static void kill(int pid, int signal) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) KILL.invoke(f, pid, signal) == -1) {
        throw f.error(KILL, "%d, %d".formatted(pid, signal));
      }
    }
  }

  /** A descriptor that stays this very process's; readable ({@link Poll}) when it has ended. */
  public static Fd pidfdOpen(int pid) throws ErrnoException {
    try (var f = Frame.open()) {
      long fd = PIDFD_OPEN.invoke(f, pid, 0);
      if (fd == -1) {
        throw f.error(PIDFD_OPEN, Integer.toString(pid));
      }
      return Fd.adopt((int) fd);
    }
  }

  /** Signals the process of a pidfd, and no other that has got its number since. */
  public static void pidfdSendSignal(Fd pidfd, int signal) throws ErrnoException {
    try (var f = Frame.open()) {
      if (PIDFD_SEND_SIGNAL.invoke(f, pidfd.number(), signal, 0, 0) == -1) {
        throw f.error(PIDFD_SEND_SIGNAL, "%s, %d".formatted(pidfd, signal));
      }
    }
  }

  /** A descriptor of the same open file as that number is in the process of a pidfd. */
  public static Fd pidfdGetFd(Fd pidfd, int number) throws ErrnoException {
    try (var f = Frame.open()) {
      long fd = PIDFD_GETFD.invoke(f, pidfd.number(), number, 0);
      if (fd == -1) {
        throw f.error(PIDFD_GETFD, "%s, %d".formatted(pidfd, number));
      }
      return Fd.adopt((int) fd);
    }
  }

  /**
   * Tells the kernel that memory is freed by writing to a device that this process serves: the
   * threads started from now on do not wait for such writes when they need memory themselves.
   */
  public static void becomeIoFlusher() throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) PRCTL.invoke(f, PR_SET_IO_FLUSHER, 1, 0, 0, 0) == -1) {
        throw f.error(PRCTL, "PR_SET_IO_FLUSHER");
      }
    }
  }

  /** From now on, orphans among this process's descendants become its children. */
  public static void becomeSubreaper() throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) PRCTL.invoke(f, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1) {
        throw f.error(PRCTL, "PR_SET_CHILD_SUBREAPER");
      }
    }
  }

  /** How a child ended: {@code status} is what wait(2) says. */
  public record Exit(int pid, int status) {
    public boolean bySignal() {
      return (status & 0x7f) != 0;
    }

    /** What it exited with, or 128 plus the signal that killed it, as shells say it. */
    public int code() {
      return bySignal() ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
    }
  }

  /**
   * Waits for a child to end, and forgets it. Children that the JDK started are the JVM's to wait
   * for.
   *
   * @param pid a child, or -1 for any
   * @param options {@link #WNOHANG}, {@link #WALL}
   * @return empty with WNOHANG when none has ended
   * @throws ErrnoException ECHILD when there is no such child
   */
  public static Optional<Exit> waitpid(int pid, int options) throws ErrnoException {
    try (var f = Frame.open()) {
      var status = f.bytes(4);
      int ended;
      do {
        ended = (int) WAITPID.invoke(f, pid, status.address(), options);
      } while (ended == -1 && f.errno() == Errno.EINTR.number);
      if (ended == -1) {
        throw f.error(WAITPID, Integer.toString(pid));
      }
      return ended == 0 ? Optional.empty() : Optional.of(new Exit(ended, status.get(JAVA_INT, 0)));
    }
  }

  /** A limit of this process; {@link #RLIM_INFINITY} is none. */
  public record Limit(long soft, long hard) {}

  public static Limit getrlimit(int resource) throws ErrnoException {
    try (var f = Frame.open()) {
      var limit = f.bytes(16);
      if ((int) GETRLIMIT.invoke(f, resource, limit.address()) == -1) {
        throw f.error(GETRLIMIT, Integer.toString(resource));
      }
      return new Limit(limit.get(JAVA_LONG, 0), limit.get(JAVA_LONG, 8));
    }
  }

  /** The user this process acts as: 0 is root. */
  public static int geteuid() {
    try (var f = Frame.open()) {
      return (int) GETEUID.invoke(f);
    }
  }

  /** Sets the bits that are taken from the mode of everything this process makes; the old ones. */
  public static int umask(int mask) {
    try (var f = Frame.open()) {
      return (int) UMASK.invoke(f, mask);
    }
  }
}
