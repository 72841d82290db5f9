package stowage.docker;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stowage.base.JsonObject;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.Unsupported;

/**
 * The fields a request body may have: those that are read, those that mean nothing to this agent,
 * and those that are refused because ignoring them would do other than was asked.
 *
 * <p>A field with its zero value (null, false, 0, "", empty, or of nothing but these) is the same
 * as an absent one: clients send all they know.
 *
 * @param refused name to why
 */
record Fields(
    String what, Set<String> read, Set<String> ignored, Map<String, String> refused) {

  /** A body of which everything is read. */
  static Fields of(String what, String... read) {
    return new Fields(what, Set.of(read), Set.of(), Map.of());
  }

  /** Refuses what cannot be done as asked. */
  void check(JsonObject body) {
    for (var field : body.map().entrySet()) {
      String name = field.getKey();
      if (read.contains(name) || ignored.contains(name) || isZero(field.getValue())) {
        continue;
      }
      String reason = refused.get(name);
      if (reason != null) {
        throw new Unsupported("%s %s: %s".formatted(what, name, reason));
      }
      throw new InvalidArgument(
          "%s has no field '%s' that this agent knows; it has %s"
              .formatted(
                  what,
                  name,
                  Stream.concat(read.stream(), ignored.stream())
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Whether a value is what an absent field means. */
  static boolean isZero(Object value) {
    return switch (value) {
      case null -> true;
      case Boolean bool -> !bool;
      case Number number -> number.doubleValue() == 0;
      case String text -> text.isEmpty();
      case List<?> list -> list.stream().allMatch(Fields::isZero);
      case Map<?, ?> map -> map.values().stream().allMatch(Fields::isZero);
      case Object _ -> false;
    };
  }
}
