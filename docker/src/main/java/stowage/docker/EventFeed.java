package stowage.docker;

import java.time.Instant;
import java.util.Optional;
import stowage.base.Event;

/** Where events can be read: some that have happened, and those that happen from now on. */
public interface EventFeed {
  /**
   * Starts to read: first the events kept since {@code since} (none when absent), then new ones,
   * none left out between.
   */
  Subscription subscribe(Optional<Instant> since);

  /** How many read at the moment. */
  int subscribers();

  /** A reader's place; for one thread, but any may close it. */
  interface Subscription extends AutoCloseable {
    /** The next event that is there already; empty when there is none now. */
    Optional<Event> poll();

    /** The next event, waiting for it until {@code until}; empty at that time, or once closed. */
    Optional<Event> next(Optional<Instant> until);

    @Override
    void close();
  }
}
