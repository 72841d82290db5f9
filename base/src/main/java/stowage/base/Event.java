package stowage.base;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened to a resource.
 *
 * @param type image, container, volume, network, daemon
 * @param action what happened: create, start, die, pull, ...
 * @param id the resource's id or name
 * @param attributes name, image, exitCode, labels, ...
 */
public record Event(
    String type, String action, String id, Map<String, String> attributes, Instant at) {
  public Event {
    attributes = Map.copyOf(attributes);
  }
}
