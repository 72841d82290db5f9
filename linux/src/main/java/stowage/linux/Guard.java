package stowage.linux;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Native memory that one thread uses and another may free: it is freed once, when nobody is using
 * it. Without this, closing a stream under its reader would crash the process.
 */
final class Guard {
  private final ReentrantLock use = new ReentrantLock();
  private final Runnable free;
  private boolean freed; // guarded by use
  private volatile boolean closed;

  Guard(Runnable free) {
    this.free = free;
  }

  boolean isOpen() {
    return !closed;
  }

  void enter() throws IOException {
    use.lock();
    if (closed) {
      exit();
      throw new IOException("stream is closed");
    }
  }

  void exit() {
    use.unlock();
    freeIfUnused();
  }

  /** Whether this call closed it; the memory goes now or with the user's exit. */
  boolean close() {
    boolean first = !closed;
    closed = true;
    freeIfUnused();
    return first;
  }

  private void freeIfUnused() {
    // A user who still holds the lock comes here itself when it leaves, and sees closed.
    if (closed && !use.isHeldByCurrentThread() && use.tryLock()) {
      try {
        if (!freed) {
          freed = true;
          free.run();
        }
      } finally {
        use.unlock();
      }
    }
  }
}
