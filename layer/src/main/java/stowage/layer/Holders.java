package stowage.layer;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import stowage.base.Digest;

/**
 * Who keeps which layers: images, containers, leases, views, streams. In memory only; safe for many
 * threads.
 */
final class Holders {
  private final Map<String, Set<Digest>> held = new HashMap<>(); // guarded by this
  private final Map<Digest, Integer> counts = new HashMap<>(); // guarded by this
  private long names; // guarded by this

  /** A name no other holder has. */
  synchronized String fresh(String kind) {
    names++;
    return kind + ":" + names;
  }

  /** Sets what a holder holds; answers what it held before and nobody holds now. */
  synchronized List<Digest> hold(String holder, Collection<Digest> layers) {
    var now = new HashSet<Digest>(layers);
    now.forEach(layer -> counts.merge(layer, 1, Integer::sum));
    var before = held.put(holder, now);
    return before == null ? List.of() : let(before);
  }

  /** Adds one layer to what a holder holds. */
  synchronized void add(String holder, Digest layer) {
    if (held.computeIfAbsent(holder, _ -> new HashSet<>()).add(layer)) {
      counts.merge(layer, 1, Integer::sum);
    }
  }

  /** Ends a holder; answers what it held and nobody holds now. */
  synchronized List<Digest> release(String holder) {
    var before = held.remove(holder);
    return before == null ? List.of() : let(before);
  }

  synchronized boolean isHeld(Digest layer) {
    return counts.containsKey(layer);
  }

  synchronized boolean isHolder(String holder) {
    return held.containsKey(holder);
  }

  private List<Digest> let(Set<Digest> layers) {
    var free = new TreeSet<Digest>();
    for (var layer : layers) {
      if (counts.merge(layer, -1, (a, b) -> a + b == 0 ? null : a + b) == null) {
        free.add(layer);
      }
    }
    return List.copyOf(free);
  }
}
