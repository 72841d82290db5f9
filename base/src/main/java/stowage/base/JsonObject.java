package stowage.base;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object read by name and type. An absent field and a null one are the same; a field of
 * another type is an {@link StowageException.InvalidArgument} that names its path.
 */
public final class JsonObject {
  private final Map<String, Object> fields;
  private final String path;

  private JsonObject(Map<String, Object> fields, String path) {
    this.fields = fields;
    this.path = path;
  }

  /** Reads {@code map}; {@code path} names it in errors. */
  public static JsonObject of(Map<?, ?> map, String path) {
    var fields = new LinkedHashMap<String, Object>();
    map.forEach((name, value) -> fields.put(name.toString(), value));
    return new JsonObject(fields, path);
  }

  /** The field names, in the order written. */
  public Set<String> names() {
    return fields.keySet();
  }

  /** Everything, as {@link Json} has it. */
  public Map<String, Object> map() {
    return fields;
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    return fields.get(name) != null;
  }

  public Optional<String> string(String name) {
    return typed(name, String.class, "a string");
  }

  /** The string, or {@code otherwise} when absent. */
  public String string(String name, String otherwise) {
    return string(name).orElse(otherwise);
  }

  /** The string; absent or empty is an error. */
  public String required(String name) {
    return string(name)
        .filter(s -> !s.isEmpty())
        .orElseThrow(() -> wrong(name, fields.get(name), "a non-empty string"));
  }

  public Optional<Long> number(String name) {
    return typed(name, Long.class, "a whole number");
  }

  /** The number, or {@code otherwise} when absent. */
  public long number(String name, long otherwise) {
    return number(name).orElse(otherwise);
  }

  /** The boolean, false when absent. */
  public boolean bool(String name) {
    return typed(name, Boolean.class, "true or false").orElse(false);
  }

  public Optional<JsonObject> object(String name) {
    return typed(name, Map.class, "an object").map(map -> of(map, at(name)));
  }

  /** The array's elements, each an object; none when absent. */
  public List<JsonObject> objects(String name) {
    var objects = new ArrayList<JsonObject>();
    for (Object element : list(name)) {
      if (!(element instanceof Map<?, ?> map)) {
        throw wrong(name, element, "an array of objects");
      }
      objects.add(of(map, at(name) + "[" + objects.size() + "]"));
    }
    return objects;
  }

  /** The array's elements, each a string; none when absent. */
  public List<String> strings(String name) {
    var strings = new ArrayList<String>();
    for (Object element : list(name)) {
      if (!(element instanceof String string)) {
        throw wrong(name, element, "an array of strings");
      }
      strings.add(string);
    }
    return strings;
  }

  /** The object's fields, each a string; none when absent. */
  public Map<String, String> stringMap(String name) {
    var strings = new LinkedHashMap<String, String>();
    object(name)
        .ifPresent(
            object ->
                object.fields.forEach(
                    (key, value) -> {
                      if (!(value instanceof String string)) {
                        throw wrong(name + "." + key, value, "a string");
                      }
                      strings.put(key, string);
                    }));
    return strings;
  }

  private List<?> list(String name) {
    return typed(name, List.class, "an array").orElse(List.of());
  }

  private <T> Optional<T> typed(String name, Class<T> type, String wanted) {
    Object value = fields.get(name);
    if (value != null && !type.isInstance(value)) {
      throw wrong(name, value, wanted);
    }
    return Optional.ofNullable(type.cast(value));
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private StowageException wrong(String name, Object value, String wanted) {
    return new StowageException.InvalidArgument(at(name), Json.text(value), wanted);
  }

  @Override
  public String toString() {
    return Json.text(fields);
  }
}
