package stowage.cloud;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What volumes are attached to: a host with an agent, or only a name that NBD clients go by.
 *
 * @param id {@code i-} and 17 hex digits
 * @param zone its availability zone, for good
 * @param type as in m5.large; {@code stowage.host} for a host
 * @param launched when it was registered or last started
 * @param host the host's agent; empty: no host, its volumes are only served by NBD
 * @param state what may be done with it now
 * @param devices the volume's id by device name
 * @param tags by key
 */
public record Instance(
    String id,
    String zone,
    String type,
    String imageId,
    Instant launched,
    Optional<Host> host,
    State state,
    SortedMap<String, String> devices,
    SortedMap<String, String> tags) {

  public Instance {
    devices = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(devices));
    tags = TagRules.copy(tags);
  }

  /**
   * An instance that is a machine.
   *
   * @param name for people
   * @param links folder where symbolic links to attached devices are made; empty: nowhere
   * @param path how volumes are attached: {@link stowage.block.Attach#path}
   */
  public record Host(String name, String links, String path) {}

  /**
   * An instance's state.
   *
   * <pre>
   *   running <-> stopped
   *      \          /
   *     shutting-down -> terminated -> (gone after an hour)
   * </pre>
   */
  public sealed interface State {
    record Running() implements State {}

    record Stopped() implements State {}

    /** Its volumes are being detached, and some deleted. */
    record ShuttingDown() implements State {}

    record Terminated(Instant at) implements State {}

    /** EC2's word. */
    default String word() {
      return switch (this) {
        case Running _ -> "running";
        case Stopped _ -> "stopped";
        case ShuttingDown _ -> "shutting-down";
        case Terminated _ -> "terminated";
      };
    }

    /** EC2's number. */
    default int code() {
      return switch (this) {
        case Running _ -> 16;
        case ShuttingDown _ -> 32;
        case Terminated _ -> 48;
        case Stopped _ -> 80;
      };
    }
  }

  Instance in(State next) {
    return new Instance(id, zone, type, imageId, launched, host, next, devices, tags);
  }

  Instance with(SortedMap<String, String> next) {
    return new Instance(id, zone, type, imageId, launched, host, state, next, tags);
  }

  Instance tagged(SortedMap<String, String> next) {
    return new Instance(id, zone, type, imageId, launched, host, state, devices, next);
  }
}
