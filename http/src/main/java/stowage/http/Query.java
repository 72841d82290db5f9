package stowage.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters after a URL's question mark, in the order given; a name may have many values. */
public final class Query {
  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Parses {@code a=1&b=x%20y}; null is an empty query. A malformed escape stands for itself. */
  public static Query parse(String raw) {
    var values = new LinkedHashMap<String, List<String>>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          values
              .computeIfAbsent(decode(name, true), _ -> new ArrayList<>())
              .add(decode(value, true));
        }
      }
    }
    return new Query(values);
  }

  /** The first value of {@code name}. */
  public Optional<String> first(String name) {
    return Optional.ofNullable(values.get(name)).map(List::getFirst);
  }

  /** The first value, or {@code otherwise} when absent. */
  public String first(String name, String otherwise) {
    return first(name).orElse(otherwise);
  }

  /** All values of {@code name}. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** Whether the value means yes, as Docker reads it: anything but absent, 0, no, false, none. */
  public boolean flag(String name) {
    return switch (first(name, "").strip().toLowerCase(java.util.Locale.ROOT)) {
      case "", "0", "no", "false", "none" -> false;
      default -> true;
    };
  }

  /** Percent-decodes {@code text} once, as UTF-8; {@code plus}: whether + means a space. */
  static String decode(String text, boolean plus) {
    if (text.indexOf('%') < 0 && (!plus || text.indexOf('+') < 0)) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      int high = i + 2 < raw.length && raw[i] == '%' ? Character.digit(raw[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(raw[i + 2], 16) : -1;
      if (low >= 0) {
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(plus && raw[i] == '+' ? ' ' : raw[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
