package stowage.container;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import stowage.linux.ErrnoException;
import stowage.linux.SeqPacket;

/**
 * The way to a process's standard input: a few packets that wait, and a thread of its own that
 * gives them to the monitor, because that waits in the kernel while the process does not read.
 */
final class Input {
  private static final int WAITING_MAX = 16;

  private final SeqPacket to;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(); // guarded by lock
  private boolean finished; // guarded by lock: nothing more is coming
  private boolean ended; // guarded by lock: nobody takes it any more

  Input(SeqPacket to) {
    this.to = to;
    Thread.ofPlatform().daemon().name("console-input").start(this::run);
  }

  /** Gives it one packet, waiting while too many wait; thrown away once the process has ended. */
  void put(byte[] packet) {
    lock.lock();
    try {
      while (waiting.size() >= WAITING_MAX && !ended) {
        changed.awaitUninterruptibly();
      }
      if (!ended && !finished) {
        waiting.add(packet);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The end of input, behind what waits. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The process has ended. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (byte[] packet = next(); packet.length > 0; packet = next()) {
        to.write(ByteBuffer.wrap(packet));
      }
      // An empty packet would be read as the end as well; shutting down says it for good.
      to.shutdownWrite();
    } catch (ErrnoException e) {
      end();
    }
  }

  /** The next packet; empty at the end. */
  private byte[] next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !finished && !ended) {
        changed.awaitUninterruptibly();
      }
      byte[] packet = ended || waiting.isEmpty() ? new byte[0] : waiting.remove();
      changed.signalAll();
      return packet;
    } finally {
      lock.unlock();
    }
  }
}
