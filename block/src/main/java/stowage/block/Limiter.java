package stowage.block;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import stowage.base.Time;

/**
 * The token buckets of a volume, which all its sessions share: one of requests, one of bytes. Each
 * is kept as the moment up to which its rate is used up.
 */
final class Limiter {
  /** A request counts once for each so many bytes. */
  static final int REQUEST_BYTES = 256 << 10;

  /** How much of its rate a volume that was idle may use at once. */
  static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Limits limits;
  private long requestsUsedTo; // guarded by lock
  private long bytesUsedTo; // guarded by lock
  private long changes; // guarded by lock

  Limiter(Limits limits, Time time) {
    this.limits = limits;
    this.time = time;
    requestsUsedTo = time.nanos() - BURST_NANOS;
    bytesUsedTo = requestsUsedTo;
  }

  /** From now on, also for those who wait. */
  void change(Limits to) {
    lock.lock();
    try {
      limits = to;
      requestsUsedTo = time.nanos();
      bytesUsedTo = requestsUsedTo;
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what a request needs, and tells how long it must wait. */
  long reserve(long bytes) {
    Limits now = limits;
    if (now.iops() == 0 && now.bytesPerSecond() == 0) {
      return 0;
    }
    lock.lock();
    try {
      long nanos = time.nanos();
      long wait = 0;
      if (now.iops() > 0) {
        long requests = Math.max(1, Math.ceilDiv(bytes, REQUEST_BYTES));
        requestsUsedTo = used(requestsUsedTo, nanos, requests, now.iops());
        wait = requestsUsedTo - nanos;
      }
      if (now.bytesPerSecond() > 0) {
        bytesUsedTo = used(bytesUsedTo, nanos, bytes, now.bytesPerSecond());
        wait = Math.max(wait, bytesUsedTo - nanos);
      }
      return Math.max(0, wait);
    } finally {
      lock.unlock();
    }
  }

  private static long used(long usedTo, long nanos, long amount, long rate) {
    long from = usedTo - nanos < -BURST_NANOS ? nanos - BURST_NANOS : usedTo;
    return from + (long) (amount * 1e9 / rate);
  }

  /** Waits until a request of so many bytes may go. */
  void take(long bytes) {
    long wait = reserve(bytes);
    if (wait == 0) {
      return;
    }
    lock.lock();
    try {
      long seen = changes;
      boolean interrupted = false;
      while (wait > 0 && seen == changes) {
        try {
          wait = changed.awaitNanos(wait);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    } finally {
      lock.unlock();
    }
  }
}
