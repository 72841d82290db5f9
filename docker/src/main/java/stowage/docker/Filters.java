package stowage.docker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stowage.base.Json;
import stowage.base.StowageException.InvalidArgument;

/**
 * The filters of a listing: names, each with its values. On the wire a JSON object, of objects
 * ({@code {"label":{"a=b":true}}}) or, from old clients, of arrays ({@code {"label":["a=b"]}}).
 */
final class Filters {
  private final Map<String, List<String>> values;

  private Filters(Map<String, List<String>> values) {
    this.values = values;
  }

  static Filters parse(String text) {
    var values = new LinkedHashMap<String, List<String>>();
    if (!text.isEmpty()) {
      object(text).forEach((name, value) -> values.put(name.toString(), list(value)));
    }
    return new Filters(values);
  }

  private static Map<?, ?> object(String text) {
    try {
      var parsed = Json.parse(text.getBytes(StandardCharsets.UTF_8), "filters");
      if (parsed instanceof Map<?, ?> map) {
        return map;
      }
    } catch (InvalidArgument notJson) {
      throw invalid();
    }
    throw invalid();
  }

  private static List<String> list(Object value) {
    var list = new ArrayList<String>();
    switch (value) {
      case Map<?, ?> set ->
          set.forEach(
              (element, isIn) -> {
                if (Boolean.TRUE.equals(isIn)) {
                  list.add(element.toString());
                }
              });
      case List<?> elements -> elements.forEach(element -> list.add(element.toString()));
      case null -> throw invalid();
      case Object _ -> throw invalid();
    }
    return list;
  }

  private static InvalidArgument invalid() {
    return new InvalidArgument("invalid filter"); // dockerd's words
  }

  /** Refuses names that mean nothing here. */
  Filters check(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new InvalidArgument("invalid filter '%s'".formatted(name));
      }
    }
    return this;
  }

  /** The values of a filter; none when it is not given. */
  List<String> of(String name) {
    return values.getOrDefault(name, List.of());
  }

  boolean has(String name) {
    return !of(name).isEmpty();
  }

  /** A filter that is true or false. */
  Optional<Boolean> flag(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    var given = of(name);
    boolean yes = given.stream().anyMatch(value -> value.matches("1|true|True|TRUE|t|T"));
    boolean no = given.stream().anyMatch(value -> value.matches("0|false|False|FALSE|f|F"));
    if (yes == no) {
      throw new InvalidArgument("invalid filter '%s=%s'".formatted(name, given));
    }
    return Optional.of(yes);
  }

  /** Everything. */
  Map<String, List<String>> all() {
    return values;
  }

  /** Whether {@code labels} has what each {@code label} asks for, and nothing of {@code label!}. */
  boolean labels(Map<String, String> labels) {
    return of("label").stream().allMatch(wanted -> hasLabel(labels, wanted))
        && of("label!").stream().noneMatch(wanted -> hasLabel(labels, wanted));
  }

  private static boolean hasLabel(Map<String, String> labels, String wanted) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }
}
