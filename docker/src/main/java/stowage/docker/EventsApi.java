package stowage.docker;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import stowage.base.Event;
import stowage.base.Json;
import stowage.http.Router;

/** {@code /events}: what happened and what happens, until the client goes. */
final class EventsApi {
  private static final Set<String> FILTERS =
      Set.of(
          "config",
          "container",
          "daemon",
          "event",
          "image",
          "label",
          "network",
          "node",
          "plugin",
          "scope",
          "secret",
          "service",
          "type",
          "volume");

  private final Engine engine;

  EventsApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router.add("GET", "/events", this::events);
  }

  private void events(Call call) throws IOException {
    var filters = call.filters().check(FILTERS);
    Optional<Instant> since = call.instant("since");
    Optional<Instant> until = call.instant("until");
    // Only the past is asked for when its end has come already.
    boolean past = until.filter(end -> !end.isAfter(engine.time().now())).isPresent();
    try (var subscription = engine.events().subscribe(since.or(() -> until))) {
      var out = call.stream("application/json");
      out.flush();
      call.request().onClientGone(subscription::close);
      while (true) {
        Optional<Event> event = subscription.poll();
        if (event.isEmpty()) {
          out.flush();
          event = past ? Optional.empty() : subscription.next(until);
        }
        if (event.isEmpty() || isAfter(event.get(), until)) {
          return;
        }
        if (matches(event.get(), filters)) {
          out.write(Json.bytes(json(event.get())));
          out.write('\n');
        }
      }
    }
  }

  private static boolean isAfter(Event event, Optional<Instant> until) {
    return until.filter(event.at()::isAfter).isPresent();
  }

  private static boolean matches(Event event, Filters filters) {
    return any(filters, "type", List.of(event.type()))
        && any(filters, "scope", List.of("local"))
        && (!filters.has("event")
            || filters.of("event").stream()
                .anyMatch(
                    wanted ->
                        event.action().equals(wanted) || event.action().startsWith(wanted + ":")))
        && filters.labels(event.attributes())
        && resource(event, filters, "container")
        && resource(event, filters, "image")
        && resource(event, filters, "volume")
        && resource(event, filters, "network")
        && resource(event, filters, "daemon");
  }

  /** A filter by id or name; an event of another type passes only where it is about such a one. */
  private static boolean resource(Event event, Filters filters, String type) {
    if (!filters.has(type)) {
      return true;
    }
    var attributes = event.attributes();
    if (type.equals("image") && event.type().equals("container")) {
      return any(filters, type, List.of(attributes.getOrDefault("image", "")));
    }
    String name = attributes.getOrDefault("name", "");
    return event.type().equals(type)
        && filters.of(type).stream()
            .anyMatch(
                wanted ->
                    event.id().equals(wanted)
                        || name.equals(wanted)
                        || event.id().startsWith(wanted)
                        || name.startsWith(wanted + ":"));
  }

  private static boolean any(Filters filters, String name, List<String> values) {
    return !filters.has(name) || filters.of(name).stream().anyMatch(values::contains);
  }

  /** The event as clients know it, with the fields old ones read for containers and images. */
  static Map<String, Object> json(Event event) {
    var json = new LinkedHashMap<String, Object>();
    boolean old = event.type().equals("container") || event.type().equals("image");
    if (old) {
      json.put("status", event.action());
      json.put("id", event.id());
    }
    if (event.type().equals("container")) {
      json.put("from", event.attributes().getOrDefault("image", ""));
    }
    json.put("Type", event.type());
    json.put("Action", event.action());
    var actor = new LinkedHashMap<String, Object>();
    actor.put("ID", event.id());
    actor.put("Attributes", new TreeMap<>(event.attributes()));
    json.put("Actor", actor);
    json.put("scope", "local");
    json.put("time", event.at().getEpochSecond());
    json.put(
        "timeNano", event.at().getEpochSecond() * 1_000_000_000L + event.at().getNano());
    return json;
  }
}
