package stowage.container;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import stowage.base.Resource;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.store.Records;

/** All containers by id and by name, and the way to their records. Safe for many threads. */
final class Roster {
  /** Attempts at a made-up name that nobody has. */
  private static final int ATTEMPTS_MAX = 1000;

  private final Records records;
  private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();
  private final Map<String, String> names = new HashMap<>(); // name to id, guarded by itself

  Roster(Records records) {
    this.records = records;
  }

  /** All, newest first. */
  List<Container> list() {
    return slots.values().stream()
        .map(Slot::container)
        .sorted(Comparator.comparing(Container::created).reversed().thenComparing(Container::id))
        .toList();
  }

  List<Slot> slots() {
    return List.copyOf(slots.values());
  }

  Optional<Slot> byId(String id) {
    return Optional.ofNullable(slots.get(id));
  }

  /** By id, name, or the beginning of one id; a name wins over a beginning. */
  Optional<Slot> find(String wanted) {
    Slot exact = slots.get(wanted);
    if (exact != null) {
      return Optional.of(exact);
    }
    String bare = wanted.startsWith("/") ? wanted.substring(1) : wanted;
    synchronized (names) {
      String id = names.get(bare);
      if (id != null && slots.containsKey(id)) {
        return Optional.of(slots.get(id));
      }
    }
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    var matches = new ArrayList<Slot>();
    slots.forEach(
        (id, slot) -> {
          if (id.startsWith(wanted)) {
            matches.add(slot);
          }
        });
    if (matches.size() > 1) {
      throw new InvalidArgument("Multiple IDs found with provided prefix: " + wanted);
    }
    return matches.stream().findFirst();
  }

  Slot require(String wanted) {
    return find(wanted)
        .orElseThrow(
            () -> new NotFound(Resource.CONTAINER, wanted, "No such container: " + wanted));
  }

  /** Takes a name for an id, before there is a container; AlreadyExists in Docker's words. */
  void reserve(String name, String id) {
    synchronized (names) {
      String owner = names.putIfAbsent(name, id);
      if (owner != null) {
        throw new AlreadyExists(
            ("Conflict. The container name \"/%s\" is already in use by container \"%s\"."
                    + " You have to remove (or rename) that container to be able to reuse that"
                    + " name.")
                .formatted(name, owner));
      }
    }
  }

  /** Takes a made-up name. */
  String reserveRandom(String id) {
    synchronized (names) {
      for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        String name = Names.random(attempt);
        if (names.putIfAbsent(name, id) == null) {
          return name;
        }
      }
    }
    // Not even with numbers: the id is nobody else's.
    reserve(id.substring(0, 12), id);
    return id.substring(0, 12);
  }

  /** Lets a name go, if it is this id's. */
  void free(String name, String id) {
    synchronized (names) {
      names.remove(name, id);
    }
  }

  /** One that has a record already, under a name that is reserved. */
  Slot adopt(Container container, boolean stoppedByHand) {
    var slot = new Slot(container, stoppedByHand);
    slots.put(container.id(), slot);
    return slot;
  }

  /** Changes a container, durable when it returns; the caller holds the slot's lock. */
  void change(Slot slot, Container next, boolean stoppedByHand) {
    write(next, stoppedByHand);
    slot.become(next, stoppedByHand);
  }

  /** Writes a container's record, and nothing else. */
  void write(Container container, boolean stoppedByHand) {
    records.commit(put(container, stoppedByHand));
  }

  /** Takes back the record of a container that nobody has seen. */
  void forget(String id) {
    records.commit(new Records.Change.Delete(ContainerJson.KIND, id));
  }

  /** Forgets a container: its record first, so that a crash leaves no record without files. */
  void drop(Slot slot) {
    records.commit(new Records.Change.Delete(ContainerJson.KIND, slot.id()));
    slots.remove(slot.id());
    free(slot.container().name(), slot.id());
  }

  private static Records.Change put(Container container, boolean stoppedByHand) {
    return new Records.Change.Put(
        ContainerJson.KIND, container.id(), ContainerJson.write(container, stoppedByHand));
  }
}
