package stowage.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON text being read, strictly by RFC 8259; of a name that comes twice the last value counts.
 * Ours, since the library's stops at strings of 50,000 chars and image configs have longer ones.
 */
final class JsonParser {
  /** More digits than any double tells apart; more would only cost time. */
  private static final int NUMBER_CHARS_MAX = 1000;

  private final byte[] json;
  private int at;
  private int depth;

  JsonParser(byte[] json) {
    this.json = json;
  }

  /** It is not JSON, and why. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  /** The value of the whole text. */
  Object parse() throws Wrong {
    Object value = value();
    skipSpace();
    if (at < json.length) {
      throw unexpected();
    }
    return value;
  }

  private Object value() throws Wrong {
    skipSpace();
    if (at == json.length) {
      throw unexpected();
    }
    return switch (json[at]) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object() throws Wrong {
    var fields = new LinkedHashMap<String, Object>();
    enter();
    if (!take('}')) {
      do {
        skipSpace();
        String name = string();
        expect(':');
        fields.put(name, value());
      } while (take(','));
      expect('}');
    }
    depth--;
    return fields;
  }

  private List<Object> array() throws Wrong {
    var elements = new ArrayList<>();
    enter();
    if (!take(']')) {
      do {
        elements.add(value());
      } while (take(','));
      expect(']');
    }
    depth--;
    return elements;
  }

  private void enter() throws Wrong {
    at++;
    if (++depth > Json.DEPTH_MAX) {
      throw new Wrong("nested deeper than " + Json.DEPTH_MAX);
    }
  }

  private String string() throws Wrong {
    if (at == json.length || json[at] != '"') {
      throw unexpected();
    }
    int from = ++at;
    while (at < json.length && json[at] != '"' && json[at] != '\\' && (json[at] & 0xe0) != 0) {
      at++;
    }
    if (at < json.length && json[at] == '"') {
      return new String(json, from, at++ - from, UTF_8);
    }
    return escapedString(from);
  }

  /** The rest of a string with escapes; what is before {@code at} has none. */
  private String escapedString(int from) throws Wrong {
    var text = new StringBuilder();
    while (at < json.length && (json[at] & 0xe0) != 0) {
      if (json[at] == '"') {
        return Json.paired(text.append(new String(json, from, at++ - from, UTF_8)).toString());
      }
      if (json[at] == '\\') {
        text.append(new String(json, from, at - from, UTF_8));
        at++;
        text.append(escape());
        from = at;
      } else {
        at++;
      }
    }
    throw unexpected(); // the end, or a control character
  }

  private char escape() throws Wrong {
    if (at == json.length) {
      throw unexpected();
    }
    switch (json[at++]) {
      case '"':
        return '"';
      case '\\':
        return '\\';
      case '/':
        return '/';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        return unicode();
      default:
        at--;
        throw unexpected();
    }
  }

  private char unicode() throws Wrong {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < json.length ? Character.digit(json[at], 16) : -1;
      if (digit < 0) {
        throw unexpected();
      }
      code = code << 4 | digit;
      at++;
    }
    return (char) code;
  }

  private Object word(String word, Object value) throws Wrong {
    for (int i = 0; i < word.length(); i++) {
      if (at == json.length || json[at] != word.charAt(i)) {
        throw unexpected();
      }
      at++;
    }
    return value;
  }

  private Object number() throws Wrong {
    int from = at;
    takeByte('-');
    boolean isWhole = true;
    if (!takeByte('0')) {
      digits();
    }
    if (takeByte('.')) {
      isWhole = false;
      digits();
    }
    if (takeByte('e') || takeByte('E')) {
      isWhole = false;
      if (!takeByte('+')) {
        takeByte('-');
      }
      digits();
    }
    if (at - from > NUMBER_CHARS_MAX) {
      throw new Wrong("a number has more than " + NUMBER_CHARS_MAX + " digits");
    }
    return number(new String(json, from, at - from, ISO_8859_1), isWhole);
  }

  private static Object number(String text, boolean isWhole) {
    try {
      if (isWhole) {
        return Long.parseLong(text);
      }
      var decimal = new BigDecimal(text);
      // 1e3 is a whole number too, as its writer meant it.
      if (decimal.precision() - decimal.scale() <= 19 && decimal.scale() <= 0) {
        return decimal.longValueExact();
      }
    } catch (NumberFormatException beyond) {
      return Double.parseDouble(text); // of long, or of what an exponent can be
    } catch (ArithmeticException beyondLong) {
      return Double.parseDouble(text);
    }
    return Double.parseDouble(text);
  }

  private void digits() throws Wrong {
    int from = at;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw unexpected();
    }
  }

  private void skipSpace() {
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\t' || json[at] == '\r')) {
      at++;
    }
  }

  private boolean take(char wanted) {
    skipSpace();
    return takeByte(wanted);
  }

  private boolean takeByte(char wanted) {
    if (at < json.length && json[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) throws Wrong {
    if (!take(wanted)) {
      throw unexpected();
    }
  }

  private Wrong unexpected() {
    if (at == json.length) {
      return new Wrong("it ends too early, at byte " + at);
    }
    int code = json[at] & 0xff;
    String shown = code > ' ' && code < 0x7f ? "'" + (char) code + "'" : "byte " + code;
    return new Wrong("%s at byte %d".formatted(shown, at));
  }
}
