package stowage.container;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Rings whenever a process has written something, until it has ended: wakes readers of its log. */
final class Bell implements Console.Listener {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long rings; // guarded by lock
  private boolean over; // guarded by lock

  /** One that is over: for a log nobody writes to. */
  static Bell silent() {
    var bell = new Bell();
    bell.over();
    return bell;
  }

  @Override
  public void offer(Attachment.Frame frame, long at) {
    lock.lock();
    try {
      rings++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void finish() {
    over();
  }

  void over() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it has rung more often, or is over. */
  void awaitAfter(long heard) {
    lock.lock();
    try {
      while (rings == heard && !over) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
