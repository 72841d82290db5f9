package stowage.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stowage.base.Event;
import stowage.base.Events;
import stowage.base.Time;
import stowage.docker.EventFeed;

/**
 * The last events, in memory, and those who read them. Telling never waits for a reader: one that
 * is more than a ring behind misses the oldest.
 */
final class EventLog implements Events, EventFeed {
  /** How many are kept. */
  static final int KEPT = 1024;

  private final Time time;
  private final Event[] ring = new Event[KEPT]; // guarded by this
  private long count; // guarded by this; of all events ever
  private final Set<Reader> readers = new HashSet<>(); // guarded by this

  EventLog(Time time) {
    this.time = time;
  }

  @Override
  public synchronized void tell(
      String type, String action, String id, Map<String, String> attributes) {
    ring[(int) (count % KEPT)] = new Event(type, action, id, attributes, time.now());
    count++;
    notifyAll();
  }

  @Override
  public synchronized Subscription subscribe(Optional<Instant> since) {
    long from = since.isPresent() ? Math.max(0, count - KEPT) : count;
    while (from < count && at(from).at().isBefore(since.get())) {
      from++;
    }
    var reader = new Reader(from);
    readers.add(reader);
    return reader;
  }

  private Event at(long index) {
    return ring[(int) (index % KEPT)];
  }

  @Override
  public synchronized int subscribers() {
    return readers.size();
  }

  private final class Reader implements Subscription {
    private long next; // guarded by EventLog.this

    Reader(long next) {
      this.next = next;
    }

    @Override
    public Optional<Event> poll() {
      synchronized (EventLog.this) {
        if (next >= count || !readers.contains(this)) {
          return Optional.empty();
        }
        next = Math.max(next, count - KEPT);
        return Optional.of(at(next++));
      }
    }

    @Override
    public Optional<Event> next(Optional<Instant> until) {
      synchronized (EventLog.this) {
        while (next >= count && readers.contains(this)) {
          long millis =
              until
                  .map(end -> Duration.between(time.now(), end).toMillis() + 1)
                  .orElse(Long.MAX_VALUE);
          if (millis <= 0) {
            return Optional.empty();
          }
          try {
            EventLog.this.wait(millis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
          }
        }
        return poll();
      }
    }

    @Override
    public void close() {
      synchronized (EventLog.this) {
        readers.remove(this);
        EventLog.this.notifyAll();
      }
    }
  }
}
