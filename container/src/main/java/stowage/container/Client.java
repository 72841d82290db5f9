package stowage.container;

import java.io.IOException;
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
  static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final Console console;
  private final boolean tty;
  private final Options wanted;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>(); // guarded by lock
  private int waitingBytes; // guarded by lock
  private long taken; // frames, guarded by lock
  private long fallenAt =
      -1; // guarded by lock: from there on it reads the log; negative: it does not
  private Optional<LogReader> behind = Optional.empty(); // guarded by lock
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
      while (waiting.isEmpty() && !finished && !closed && fallenAt < 0) {
        changed.awaitUninterruptibly();
      }
      if (closed || (waiting.isEmpty() && fallenAt < 0)) {
        return Optional.empty();
      }
      if (waiting.isEmpty()) {
        return readBehind();
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

  /** What it did not take in time, from the log; without the lock, for it waits and asks others. */
  private Optional<Frame> readBehind() {
    long from = fallenAt;
    Optional<LogReader> open = behind;
    lock.unlock();
    try {
      LogReader reader = open.isPresent() ? open.get() : openBehind(from);
      for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        var frame = new Frame(entry.get().stream(), entry.get().bytes());
        if (isWanted(frame)) {
          return Optional.of(frame);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      lock.lock();
    }
  }

  private LogReader openBehind(long from) throws IOException {
    LogReader reader = console.behind(from);
    lock.lock();
    try {
      behind = Optional.of(reader);
      if (closed) {
        reader.close();
      }
      return reader;
    } finally {
      lock.unlock();
    }
  }

  private boolean isWanted(Frame frame) {
    return frame.stream() == Stream.STDOUT ? wanted.stdout() : wanted.stderr();
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
      behind.ifPresent(LogReader::close);
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
  public void offer(Frame frame, long at) {
    if (!isWanted(frame)) {
      return;
    }
    lock.lock();
    try {
      long left = STUCK_NANOS;
      long before = taken;
      while (waitingBytes >= BUFFER_MAX && !closed && !finished && fallenAt < 0) {
        left = changed.awaitNanos(left);
        if (taken != before) {
          before = taken;
          left = STUCK_NANOS;
        } else if (left <= 0) {
          fallenAt = at;
          finished = at < 0;
        }
      }
      if (!closed && !finished && fallenAt < 0) {
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
