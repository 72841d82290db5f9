package stowage.aws;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes an XML document of elements and text, which is all EC2's answers have: no attributes but
 * the root's namespace, no document type, no entities but the predefined ones.
 */
final class Xml {
  private static final String PROLOG = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final StringBuilder text = new StringBuilder(PROLOG);

  /** What is inside an element. */
  interface Inside {
    void write();
  }

  /** What is inside an element made of {@code T}. */
  interface Of<T> {
    void write(T each);
  }

  /** The root, in a namespace; an empty one is none. */
  Xml root(String name, String namespace, Inside inside) {
    text.append('<').append(name);
    if (!namespace.isEmpty()) {
      text.append(" xmlns=\"").append(escaped(namespace)).append('"');
    }
    text.append('>');
    inside.write();
    text.append("</").append(name).append('>');
    return this;
  }

  /** An element of elements; without any it is empty, which clients read as an empty list. */
  Xml element(String name, Inside inside) {
    text.append('<').append(name).append('>');
    inside.write();
    text.append("</").append(name).append('>');
    return this;
  }

  /** {@code <name><item>..</item>..</name>}. */
  <T> Xml list(String name, Iterable<T> items, Of<T> item) {
    return element(
        name,
        () -> {
          for (T each : items) {
            element("item", () -> item.write(each));
          }
        });
  }

  Xml put(String name, String value) {
    text.append('<').append(name).append('>');
    text.append(escaped(value));
    text.append("</").append(name).append('>');
    return this;
  }

  Xml put(String name, long value) {
    return put(name, Long.toString(value));
  }

  Xml put(String name, boolean value) {
    return put(name, Boolean.toString(value));
  }

  Xml put(String name, Instant value) {
    return put(name, time(value));
  }

  /** The element, if there is a value. */
  Xml put(String name, Optional<?> value) {
    value.ifPresent(
        present -> put(name, present instanceof Instant at ? time(at) : present.toString()));
    return this;
  }

  /** As EC2 writes times: milliseconds, UTC. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private static String escaped(String value) {
    var escaped = new StringBuilder(value.length() + 16);
    String legal = legal(value);
    for (int i = 0; i < legal.length(); i++) {
      char c = legal.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        // A parser turns a bare one into a line feed.
        case '\r' -> escaped.append("&#13;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** The text with U+FFFD for every character XML 1.0 cannot hold, even escaped. */
  static String legal(String value) {
    StringBuilder legal = null;
    int next;
    for (int i = 0; i < value.length(); i = next) {
      int c = value.codePointAt(i);
      next = i + Character.charCount(c);
      boolean good =
          c == '\t'
              || c == '\n'
              || c == '\r'
              || c >= 0x20 && c <= 0xD7FF
              || c >= 0xE000 && c <= 0xFFFD
              || c >= 0x10000;
      if (!good && legal == null) {
        legal = new StringBuilder(value.length()).append(value, 0, i);
      }
      if (legal != null) {
        legal.appendCodePoint(good ? c : 0xFFFD);
      }
    }
    return legal == null ? value : legal.toString();
  }
}
