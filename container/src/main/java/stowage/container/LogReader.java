package stowage.container;

import java.time.Instant;
import java.util.Optional;

/** A container's log being read, oldest first; for one thread, but any may close it. */
public interface LogReader extends AutoCloseable {
  /** The next piece, waiting for it when following; empty at the end or once closed. */
  Optional<Entry> next();

  @Override
  void close();

  /**
   * A line or a piece of one.
   *
   * @param bytes as written, with the line's newline if it had one
   * @param startsLine whether it is the first piece of its line: where a timestamp goes
   */
  record Entry(Attachment.Stream stream, Instant at, byte[] bytes, boolean startsLine) {}
}
