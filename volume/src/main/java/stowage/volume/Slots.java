package stowage.volume;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** One lock per volume name, with who holds and who mounts it; names nobody uses take no memory. */
final class Slots {
  private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();

  static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    final Set<String> holders = new ConcurrentSkipListSet<>(); // changed under lock, read without
    final Set<String> mounters = new TreeSet<>(); // guarded by lock
    private boolean dropped; // guarded by lock
  }

  /** Does {@code work} while nobody else does anything with that name. */
  <T> T with(String name, Function<Slot, T> work) {
    while (true) {
      var slot = slots.computeIfAbsent(name, _ -> new Slot());
      slot.lock.lock();
      try {
        if (!slot.dropped) {
          return work.apply(slot);
        }
      } finally {
        if (!slot.dropped && slot.holders.isEmpty() && slot.mounters.isEmpty()) {
          slot.dropped = true;
          slots.remove(name, slot);
        }
        slot.lock.unlock();
      }
    }
  }

  /** Who holds that name; does not wait for work under way. */
  Set<String> holders(String name) {
    var slot = slots.get(name);
    return slot == null ? Set.of() : Set.copyOf(slot.holders);
  }
}
