package stowage.base;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;

/**
 * Byte strings: names as Linux and tar have them, any bytes but NUL, in a {@code String} of chars 0
 * to 255. They sort, hash and compare as their bytes do, and cost one byte a char.
 */
public final class ByteStrings {
  private ByteStrings() {}

  /** The byte string of {@code bytes[from, to)}. */
  public static String of(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  /** The bytes themselves. */
  public static byte[] bytes(String byteString) {
    return byteString.getBytes(ISO_8859_1);
  }

  /** The byte string of a text's UTF-8 form: for names that come from JSON or a command line. */
  public static String ofText(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  /** The byte string of a host path. */
  public static String ofPath(Path path) {
    return ofText(path.toString());
  }

  /** The text for people and JSON; bytes that are not UTF-8 become U+FFFD. Not reversible. */
  public static String text(String byteString) {
    return new String(byteString.getBytes(ISO_8859_1), UTF_8);
  }
}
