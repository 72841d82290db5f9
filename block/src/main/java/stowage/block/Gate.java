package stowage.block;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A gate through which requests go, and which can be closed: then nobody is inside, and whoever
 * comes waits or is turned away. Going through costs two uncontended additions.
 *
 * <p>A request leaves on the thread it came in on, and must not go in twice.
 */
final class Gate {
  private static final int STRIPES = 16;
  private static final int PADDING = 16; // longs; neighbours share no cache line

  private final AtomicLongArray inside = new AtomicLongArray(STRIPES * PADDING);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean closed;

  /** Goes in; waits while the gate is closed. */
  void enter() {
    while (!tryEnter()) {
      lock.lock();
      try {
        while (closed) {
          changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Goes in unless the gate is closed. */
  boolean tryEnter() {
    // The order matters: whoever closes sets the flag and then looks who is inside.
    inside.incrementAndGet(stripe());
    if (closed) {
      exit();
      return false;
    }
    return true;
  }

  void exit() {
    inside.decrementAndGet(stripe());
    if (closed) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closes it and waits until nobody is inside. One thread at a time. */
  void close() {
    lock.lock();
    try {
      closed = true;
      for (int stripe = 0; stripe < STRIPES; stripe++) {
        while (inside.get(stripe * PADDING) > 0) {
          changed.awaitUninterruptibly();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets requests in again, and those that wait. */
  void open() {
    lock.lock();
    try {
      closed = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  private static int stripe() {
    return (int) (Thread.currentThread().threadId() & (STRIPES - 1)) * PADDING;
  }
}
