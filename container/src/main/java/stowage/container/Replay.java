package stowage.container;

import java.io.OutputStream;
import java.util.Optional;

/** An attachment that begins with what is in the log. */
final class Replay implements Attachment {
  /** The log of a container that has never run. */
  static final LogReader NO_LOG =
      new LogReader() {
        @Override
        public Optional<Entry> next() {
          return Optional.empty();
        }

        @Override
        public void close() {}
      };

  private final LogReader log;
  private final Attachment live;
  private final Options wanted;
  private boolean replayed; // of the reading thread

  Replay(LogReader log, Attachment live, Options wanted) {
    this.log = log;
    this.live = live;
    this.wanted = wanted;
  }

  @Override
  public boolean tty() {
    return live.tty();
  }

  @Override
  public Optional<Frame> read() {
    while (!replayed) {
      var entry = log.next();
      if (entry.isEmpty()) {
        replayed = true;
        log.close();
        break;
      }
      var stream = entry.get().stream();
      if (stream == Stream.STDOUT ? wanted.stdout() : wanted.stderr()) {
        return Optional.of(new Frame(stream, entry.get().bytes()));
      }
    }
    return live.read();
  }

  @Override
  public OutputStream stdin() {
    return live.stdin();
  }

  @Override
  public void close() {
    log.close();
    live.close();
  }

  /** What is left when a client asks for the log only. */
  record Nothing(boolean tty) implements Attachment {
    @Override
    public Optional<Frame> read() {
      return Optional.empty();
    }

    @Override
    public OutputStream stdin() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void close() {}
  }
}
