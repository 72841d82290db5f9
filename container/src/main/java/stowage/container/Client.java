package stowage.container;

import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One attachment to a {@link Console}: the output it has not read yet, and its way to the input.
 */
final class Client implements Attachment, Console.Listener {
  /** Output waiting to be read at most; then the process waits. */
  private static final int BUFFER_MAX = 1 << 20;

  /** How long the process waits for a client that reads nothing at all. */
  static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Console console;
  private final boolean tty;
  private final Options wanted;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>(); // guarded by lock
  private int waitingBytes; // guarded by lock
  private long taken; // frames, guarded by lock
  private boolean finished; // guarded by lock
  private boolean closed; // guarded by lock

  Client(Console console, boolean tty, Options wanted) {
    this.console = console;
    this.tty = tty;
    this.wanted = wanted;
  }

  @Override
  public boolean tty() {
    return tty;
  }

  @Override
  public Optional<Frame> read() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !finished && !closed) {
        changed.awaitUninterruptibly();
      }
      if (closed || waiting.isEmpty()) {
        return Optional.empty();
      }
      Frame frame = waiting.remove();
      waitingBytes -= frame.bytes().length;
      taken++;
      changed.signalAll();
      return Optional.of(frame);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public OutputStream stdin() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        if (wanted.stdin()) {
          console.write(bytes, from, length);
        }
      }

      @Override
      public void close() {
        if (wanted.stdin()) {
          console.endInput();
        }
      }
    };
  }

  @Override
  public void close() {
    console.leave(this);
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more will come; what waits can still be read. */
  @Override
  public void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Gives it a frame; waits while it has too many, but not for one that reads nothing. */
  @Override
  public void offer(Frame frame) {
    boolean mine = frame.stream() == Stream.STDOUT ? wanted.stdout() : wanted.stderr();
    if (!mine) {
      return;
    }
    lock.lock();
    try {
      long left = STUCK_NANOS;
      long before = taken;
      while (waitingBytes >= BUFFER_MAX && !closed && !finished) {
        left = changed.awaitNanos(left);
        if (taken != before) {
          before = taken;
          left = STUCK_NANOS;
        } else if (left <= 0) {
          finished = true;
        }
      }
      if (!closed && !finished) {
        waiting.add(frame);
        waitingBytes += frame.bytes().length;
        changed.signalAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
