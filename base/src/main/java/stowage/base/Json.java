package stowage.base;

import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    checkDepth(json, what);
    try (JsonReader reader = STREAM.reader(json)) {
      return value(reader);
    } catch (JsonException | IllegalStateException | NumberFormatException e) {
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

  /** Writes a value of the kinds above; also Integer, BigInteger, JsonObject, and anything by toString. */
  public static byte[] bytes(Object value) {
    var writer = STREAM.bufferedWriterAsBytes();
    write(writer, value);
    return writer.result();
  }

  /** The same as text. */
  public static String text(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /** Writes a value with line breaks and indentation, for people; does not close {@code to}. */
  public static void pretty(Object value, OutputStream to) {
    var writer = STREAM.writer(to);
    writer.pretty(true);
    write(writer, value);
    writer.flush();
  }

  private static void checkDepth(byte[] json, String what) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (inString) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          inString = false;
        }
      } else if (b == '"') {
        inString = true;
      } else if (b == '{' || b == '[') {
        if (++depth > DEPTH_MAX) {
          throw new StowageException.InvalidArgument(what + ": nested deeper than " + DEPTH_MAX);
        }
      } else if (b == '}' || b == ']') {
        depth--;
      }
    }
  }

  private static Object value(JsonReader reader) {
    return switch (reader.currentToken()) {
      case BEGIN_OBJECT -> map(reader);
      case BEGIN_ARRAY -> list(reader);
      case STRING -> reader.readString();
      case NUMBER -> number(reader);
      case BOOLEAN -> reader.readBoolean();
      case NULL -> {
        reader.isNullValue();
        yield null;
      }
    };
  }

  private static Map<String, Object> map(JsonReader reader) {
    var map = new LinkedHashMap<String, Object>();
    reader.beginObject();
    while (reader.hasNextField()) {
      map.put(reader.nextField(), value(reader));
    }
    reader.endObject();
    return map;
  }

  private static List<Object> list(JsonReader reader) {
    var list = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNextElement()) {
      list.add(value(reader));
    }
    reader.endArray();
    return list;
  }

  private static Object number(JsonReader reader) {
    var decimal = reader.readDecimal();
    if (decimal.scale() <= 0 && decimal.precision() - decimal.scale() <= 19) {
      try {
        return decimal.longValueExact();
      } catch (ArithmeticException outsideLong) {
        return decimal.doubleValue();
      }
    }
    return decimal.doubleValue();
  }

  private static void write(JsonWriter writer, Object value) {
    switch (value) {
      case null -> writer.nullValue();
      case JsonObject object -> write(writer, object.map());
      case Map<?, ?> map -> {
        writer.beginObject();
        for (var field : map.entrySet()) {
          writer.name(field.getKey().toString());
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
      case Object other -> writer.value(other.toString());
    }
  }
}
