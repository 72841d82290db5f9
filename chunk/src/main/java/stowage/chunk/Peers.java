package stowage.chunk;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The processes that use one store, and what they must know of each other while they live. Nothing
 * here is durable: after a crash of the machine nobody lives and all counts may start anew.
 */
interface Peers extends AutoCloseable {
  /** Something that all processes count together. */
  enum Counter {
    /** Packs that came or went. */
    PACKS,
    /** Snapshots and pins that went: from then on their names may be given again. */
    DELETES
  }

  /** Held until it is closed, or its process ends. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /** Does something while no other thread of any process does it. May be nested. */
  <T> T alone(Supplier<T> work);

  /** The same without a result. */
  default void aloneRun(Runnable work) {
    alone(
        () -> {
          work.run();
          return null;
        });
  }

  long count(Counter counter);

  /** Counts one; only inside {@link #alone}. */
  void bump(Counter counter);

  /** Takes a lease; empty if somebody has it. */
  Optional<Lease> lease(String name);

  boolean isHeld(String name);

  @Override
  void close();
}
