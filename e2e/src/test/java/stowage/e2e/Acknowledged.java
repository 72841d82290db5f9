package stowage.e2e;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import stowage.base.Digest;

/**
 * What a client has been told is so. An operation on a thing makes it uncertain until its answer
 * comes; then it is there, with what is known of it, or is not there. Safe for many threads.
 */
final class Acknowledged {
  /** What a client knows of a thing; names are those of the client. */
  sealed interface Fact {
    /** An image under a tag. */
    record Image(Digest id) implements Fact {}

    /** A volume, and its files as far as they were synced. */
    record Volume(Map<String, String> files) implements Fact {}

    /** A container, and files of its own as far as they were synced. */
    record Container(String id, Map<String, String> files) implements Fact {}

    /** It was never there or has been removed. */
    record Gone() implements Fact {}
  }

  /** A thing: the kind of its record and the client's name for it. */
  record Thing(String kind, String name) {}

  private final Map<Thing, Optional<Fact>> facts = new HashMap<>(); // guarded by this

  /** What is known at one moment, and the picture of the disk at that moment. */
  record Moment(Map<Thing, Optional<Fact>> facts, Path picture) {}

  /** Before an operation is asked for. */
  synchronized void begin(Thing thing) {
    facts.put(thing, Optional.empty());
  }

  /** After its answer. */
  synchronized void done(Thing thing, Fact fact) {
    facts.put(thing, Optional.of(fact));
  }

  /** Nothing begins and no answer is taken note of while the picture is taken. */
  synchronized Moment moment(Supplier<Path> picture) {
    return new Moment(Map.copyOf(facts), picture.get());
  }
}
