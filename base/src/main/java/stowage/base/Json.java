package stowage.base;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * JSON as plain values: {@code Map<String, Object>} in the order written, {@code List<Object>},
 * {@code String}, {@code Long}, {@code Double}, {@code Boolean}, null.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class Json {
  /** How deep arrays and objects may nest; more is refused before it is parsed. */
  public static final int DEPTH_MAX = 64;

  private static final JsonStream STREAM =
      JsonStream.builder().serializeNulls(true).serializeEmpty(true).build();

  private Json() {}

  /**
   * Parses one value.
   *
   * @param what names the document in the error
   * @throws StowageException.InvalidArgument if it is not JSON, or nests deeper than DEPTH_MAX
   */
  public static Object parse(byte[] json, String what) {
    try {
      return new JsonParser(json).parse();
    } catch (JsonParser.Wrong e) {
      throw new StowageException.InvalidArgument(what + ": not JSON: " + e.getMessage());
    }
  }

  /** Parses an object; anything else is an invalid argument. */
  public static JsonObject object(byte[] json, String what) {
    if (parse(json, what) instanceof Map<?, ?> map) {
      return JsonObject.of(map, what);
    }
    throw new StowageException.InvalidArgument(what + ": want a JSON object");
  }

  /**
   * Writes a value of the kinds above; also Integer, BigInteger, JsonObject, and anything by
   * toString.
   */
  public static byte[] bytes(Object value) {
    var writer = STREAM.bufferedWriterAsBytes();
    write(writer, value);
    return writer.result();
  }

  /** The same as text. */
  public static String text(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /** A value with line breaks and an indentation of two blanks, for people. */
  public static String pretty(Object value) {
    var out = new StringBuilder();
    pretty(value, "\n", out);
    return out.toString();
  }

  private static void pretty(Object value, String lineBreak, StringBuilder out) {
    switch (value) {
      case JsonObject object -> pretty(object.map(), lineBreak, out);
      case Map<?, ?> map when !map.isEmpty() -> {
        String between = "{" + lineBreak + "  ";
        for (var field : map.entrySet()) {
          out.append(between).append(text(field.getKey().toString())).append(": ");
          pretty(field.getValue(), lineBreak + "  ", out);
          between = "," + lineBreak + "  ";
        }
        out.append(lineBreak).append('}');
      }
      case List<?> list when !list.isEmpty() -> {
        String between = "[" + lineBreak + "  ";
        for (var element : list) {
          out.append(between);
          pretty(element, lineBreak + "  ", out);
          between = "," + lineBreak + "  ";
        }
        out.append(lineBreak).append(']');
      }
      case null -> out.append("null");
      case Object other -> out.append(text(other));
    }
  }

  private static void write(JsonWriter writer, Object value) {
    switch (value) {
      case null -> writer.nullValue();
      case JsonObject object -> write(writer, object.map());
      case Map<?, ?> map -> {
        writer.beginObject();
        for (var field : map.entrySet()) {
          writer.name(paired(field.getKey().toString()));
          write(writer, field.getValue());
        }
        writer.endObject();
      }
      case Iterable<?> list -> {
        writer.beginArray();
        list.forEach(element -> write(writer, element));
        writer.endArray();
      }
      case Long number -> writer.value(number.longValue());
      case Integer number -> writer.value(number.intValue());
      case BigInteger number -> writer.value(number);
      case Double number -> writer.value(number.doubleValue());
      case Boolean bool -> writer.value(bool.booleanValue());
      case Object other -> writer.value(paired(other.toString()));
    }
  }

  /** The text with U+FFFD for each half of a surrogate pair that stands alone, as Go reads it. */
  static String paired(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(UTF_16BE), UTF_16BE);
      }
    }
    return text;
  }
}
