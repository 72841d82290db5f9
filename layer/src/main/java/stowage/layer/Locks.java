package stowage.layer;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** One lock a name, there only while somebody has it or waits for it. */
final class Locks<N> {
  private final Map<N, Shared> locks = new HashMap<>(); // guarded by this

  private static final class Shared {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /** A lock that is held. To be closed by the thread that took it. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held take(N name) {
    Shared shared;
    synchronized (this) {
      shared = locks.computeIfAbsent(name, _ -> new Shared());
      shared.users++;
    }
    shared.lock.lock();
    return () -> free(name, shared);
  }

  private synchronized void free(N name, Shared shared) {
    shared.lock.unlock();
    shared.users--;
    if (shared.users == 0) {
      locks.remove(name);
    }
  }
}
