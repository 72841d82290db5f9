package stowage.nbd;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that finds requests which take long. It looks every millisecond while anything goes
 * on, and sleeps while nothing does.
 */
final class Watch implements Runnable {
  private static final long PERIOD_NANOS = 1_000_000;

  /** Looks in a row that saw nothing, before it sleeps. */
  private static final int QUIET_LOOKS = 8;

  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofPlatform().daemon().name("nbd-watch").unstarted(this);
  private volatile boolean asleep;
  private volatile boolean stopped;

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  void add(Session session) {
    sessions.add(session);
  }

  void remove(Session session) {
    sessions.remove(session);
  }

  /** Something begins; costs a read of memory while the watch is awake. */
  void notice() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void run() {
    int quiet = 0;
    while (!stopped) {
      quiet = look() ? 0 : quiet + 1;
      if (quiet < QUIET_LOOKS) {
        LockSupport.parkNanos(this, PERIOD_NANOS);
        continue;
      }
      asleep = true;
      if (look()) { // what began before asleep was seen to be true
        asleep = false;
      }
      while (asleep && !stopped) {
        LockSupport.park(this);
      }
      quiet = 0;
    }
  }

  private boolean look() {
    boolean any = false;
    for (var session : sessions) {
      any |= session.watch();
    }
    return any;
  }
}
