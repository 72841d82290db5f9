package stowage.chunk;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Peers where there is one process with one thread, as on a simulated machine. */
final class LonelyPeers implements Peers {
  private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);
  private final Set<String> held = new HashSet<>();

  @Override
  public <T> T alone(Supplier<T> work) {
    return work.get();
  }

  @Override
  public long count(Counter counter) {
    return counts.getOrDefault(counter, 0L);
  }

  @Override
  public void bump(Counter counter) {
    counts.merge(counter, 1L, Long::sum);
  }

  @Override
  public Optional<Lease> lease(String name) {
    return held.add(name) ? Optional.of(() -> held.remove(name)) : Optional.empty();
  }

  @Override
  public boolean isHeld(String name) {
    return held.contains(name);
  }

  @Override
  public void close() {}
}
