package stowage.container;

import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.Events;

/** What is told of containers to whoever listens, in Docker's words. */
record Tales(Events events) {

  void tell(Container container, String action) {
    tell(container, action, Map.of());
  }

  void tell(Container container, String action, Map<String, String> more) {
    var attributes = new LinkedHashMap<>(container.spec().labels());
    attributes.put("image", container.spec().image());
    attributes.put("name", container.name());
    attributes.putAll(more);
    events.tell("container", action, container.id(), attributes);
  }
}
