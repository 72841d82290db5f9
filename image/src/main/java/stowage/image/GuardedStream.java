package stowage.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import stowage.base.Time;

/**
 * A body from the network that must keep moving: when reading it has waited {@link
 * Patience#window} for less than {@link Patience#windowBytes}, it is closed and the reader gets an
 * IOException. Time in which nobody reads does not count: a slow disk is not the server's fault.
 */
final class GuardedStream extends FilterInputStream {
  private final Patience patience;
  private final Time time;
  private final Thread watch;
  private boolean reading; // guarded by this, as all below
  private long readingSince;
  private long waitedNanos;
  private long bytes;
  private boolean cut;
  private boolean closed;

  GuardedStream(InputStream in, Patience patience, Time time) {
    super(in);
    this.patience = patience;
    this.time = time;
    this.watch = Thread.ofVirtual().name("body-watch").start(this::watch);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    begin();
    int count = 0;
    try {
      count = in.read(buffer, offset, length);
      return count;
    } catch (IOException e) {
      throw isCut() ? slow(e) : e;
    } finally {
      end(Math.max(count, 0));
    }
  }

  private synchronized void begin() {
    reading = true;
    readingSince = time.nanos();
  }

  private synchronized void end(int count) {
    reading = false;
    waitedNanos += time.nanos() - readingSince;
    bytes += count;
  }

  private synchronized boolean isCut() {
    return cut;
  }

  private IOException slow(IOException cause) {
    return new IOException(
        "too slow: less than %d bytes in %d s"
            .formatted(patience.windowBytes(), patience.window().toSeconds()),
        cause);
  }

  /** Whether a full window has passed with too little in it; starts the next one. */
  private synchronized boolean isStarved() {
    long waited = waitedNanos + (reading ? time.nanos() - readingSince : 0);
    if (closed || waited < patience.window().toNanos()) {
      return false;
    }
    cut = bytes < patience.windowBytes();
    waitedNanos = 0;
    bytes = 0;
    readingSince = time.nanos();
    return cut;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(patience.window().dividedBy(8));
        if (isStarved()) {
          in.close();
          return;
        }
      }
    } catch (InterruptedException closedMeanwhile) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The reader sees it as its own: the stream below is dead either way.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
    }
    watch.interrupt();
    super.close();
  }
}
