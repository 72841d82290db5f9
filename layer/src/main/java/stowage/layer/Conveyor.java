package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import stowage.base.StowageException.Failed;

/**
 * A stream on its way through three threads at once: one reads it (and decompresses), one looks at
 * it (hashes and parses), one writes it. A handful of buffers goes round between them, so that the
 * slowest sets the pace and nothing piles up. Platform threads: all three work without a pause that
 * would let a virtual thread's carrier go.
 */
final class Conveyor {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BUFFERS = 4;

  /** What puts the stream on the conveyor. */
  interface Source {
    void pour(Belt belt) throws IOException;
  }

  /** What a thread does with the next bytes, {@code bytes[0, size)}. */
  interface Step {
    void take(byte[] bytes, int size);
  }

  private static final class Buffer {
    final byte[] bytes = new byte[BUFFER_BYTES];
    int size;
  }

  private final BlockingQueue<Buffer> empty = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Buffer> filled = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Buffer> seen = new ArrayBlockingQueue<>(BUFFERS);
  private final CountDownLatch running = new CountDownLatch(3);
  private final List<Worker> workers;

  /** The one that failed before any other; those were only stopped. */
  private final AtomicReference<Worker> first = new AtomicReference<>();

  private Conveyor(Source source, Step look, Step write) {
    workers =
        List.of(
            new Worker("layer-read", () -> pour(source)),
            new Worker("layer-look", () -> pass(filled, look, seen)),
            new Worker("layer-write", () -> pass(seen, write, empty)));
  }

  /**
   * Moves all of a stream. When a step fails the others are stopped, and its exception is thrown.
   *
   * @throws IOException the source failed
   */
  static void run(Source source, Step look, Step write) throws IOException {
    new Conveyor(source, look, write).run();
  }

  private void run() throws IOException {
    workers.forEach(worker -> worker.thread.start());
    boolean interrupted = false;
    while (running.getCount() > 0) {
      try {
        running.await();
      } catch (InterruptedException e) {
        interrupted = true;
        stop();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    var failed = first.get();
    if (failed != null) {
      failed.raise();
    }
  }

  private Void pour(Source source) throws IOException {
    var belt = new Belt();
    source.pour(belt);
    belt.end();
    return null;
  }

  /** Where the stream starts: bytes put here go through the other threads. */
  final class Belt extends OutputStream {
    private Buffer buffer;
    private int made;

    private Belt() throws IOException {
      buffer = next();
    }

    /** Puts all that is left of a stream. */
    void all(InputStream from) throws IOException {
      int count;
      do {
        count = from.read(buffer.bytes, buffer.size, BUFFER_BYTES - buffer.size);
        buffer.size += Math.max(count, 0);
        sendIfFull();
      } while (count >= 0);
    }

    @Override
    public void write(int b) throws IOException {
      buffer.bytes[buffer.size++] = (byte) b;
      sendIfFull();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int part = Math.min(length - done, BUFFER_BYTES - buffer.size);
        System.arraycopy(bytes, offset + done, buffer.bytes, buffer.size, part);
        buffer.size += part;
        done += part;
        sendIfFull();
      }
    }

    private void sendIfFull() throws IOException {
      if (buffer.size == BUFFER_BYTES) {
        send();
        buffer = next();
      }
    }

    /** Sends the last one, which is never full: so the others know it. */
    private void end() throws IOException {
      send();
    }

    private void send() throws IOException {
      try {
        filled.put(buffer);
      } catch (InterruptedException e) {
        throw stopped(e);
      }
    }

    private Buffer next() throws IOException {
      try {
        // A small layer needs one only.
        boolean isNew = made < BUFFERS && empty.isEmpty();
        made += isNew ? 1 : 0;
        var next = isNew ? new Buffer() : empty.take();
        next.size = 0;
        return next;
      } catch (InterruptedException e) {
        throw stopped(e);
      }
    }

    private static IOException stopped(InterruptedException e) {
      var stopped = new InterruptedIOException("the import was stopped");
      stopped.initCause(e);
      return stopped;
    }
  }

  private static Void pass(BlockingQueue<Buffer> in, Step step, BlockingQueue<Buffer> out)
      throws InterruptedException {
    int last;
    do {
      var buffer = in.take();
      last = buffer.size;
      step.take(buffer.bytes, buffer.size);
      out.put(buffer);
    } while (last == BUFFER_BYTES);
    return null;
  }

  private void stop() {
    workers.forEach(worker -> worker.thread.interrupt());
  }

  private final class Worker extends FutureTask<Void> {
    private final Thread thread;

    Worker(String name, Callable<Void> work) {
      super(work);
      thread = Thread.ofPlatform().name(name).unstarted(this);
    }

    @Override
    protected void done() {
      if (state() == State.FAILED && first.compareAndSet(null, this)) {
        stop();
      }
      running.countDown();
    }

    void raise() throws IOException {
      switch (exceptionNow()) {
        case InterruptedException e -> throw new Failed("layer: the import was interrupted", e);
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new AssertionError(e);
      }
    }
  }
}
