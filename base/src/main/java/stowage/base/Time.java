package stowage.base;

import java.time.Instant;

/**
 * The clock. The only place that reads it, so that a test can pass its own.
 *
 * <p>{@link #now} is for people and may jump; {@link #nanos} only goes forward and is for
 * deadlines.
 */
public interface Time {
  /** The machine's clock. */
  Time SYSTEM =
      new Time() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  /** Wall-clock time. */
  Instant now();

  /** Nanoseconds since some fixed moment; monotonic. */
  long nanos();
}
