package stowage.block;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import stowage.store.DiskFull;

/**
 * One piece of work on behalf of all who asked for it before it began: while one flush runs, those
 * who come wait together for the next.
 */
final class GroupCommit {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Work work;
  private boolean running; // guarded by lock
  private Round next = new Round(); // guarded by lock

  interface Work {
    void run() throws IOException;
  }

  private static final class Round {
    boolean done;
    IOException failure;
  }

  GroupCommit(Work work) {
    this.work = work;
  }

  /** Returns when a run of the work that began after this call has ended; fails as it did. */
  void run() throws IOException {
    lock.lock();
    try {
      Round mine = next;
      while (!mine.done) {
        if (running) {
          ended.awaitUninterruptibly();
        } else {
          lead(mine);
        }
      }
      if (mine.failure != null) {
        throw again(mine.failure);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The failure with this thread's stack, so that several threads may throw it. */
  static IOException again(IOException failure) {
    return failure instanceof DiskFull
        ? new DiskFull(failure.getMessage(), failure)
        : new IOException(failure.getMessage(), failure);
  }

  private void lead(Round round) {
    assert round == next;
    next = new Round();
    running = true;
    round.failure = new IOException("the flush ended by a bug");
    lock.unlock();
    try {
      work.run();
      round.failure = null;
    } catch (IOException e) {
      round.failure = e;
    } finally {
      lock.lock();
      running = false;
      round.done = true;
      ended.signalAll();
    }
  }
}
