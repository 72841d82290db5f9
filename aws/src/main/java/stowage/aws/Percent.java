package stowage.aws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding, strictly: what is malformed is refused, not guessed at. */
final class Percent {
  private static final String HEX = "0123456789ABCDEF";

  private Percent() {}

  /** Decodes once, as UTF-8; {@code +} is a space. */
  static String decode(String raw) {
    var bytes = new ByteArrayOutputStream(raw.length());
    byte[] source = raw.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < source.length; i++) {
      if (source[i] == '%') {
        int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
        int low = high >= 0 ? Character.digit(source[i + 2], 16) : -1;
        if (low < 0) {
          throw Refusal.malformed("The request has a malformed percent escape");
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(source[i] == '+' ? ' ' : source[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Refusal.malformed("The request has a percent escape that is not UTF-8");
    }
  }

  /** Encodes every byte but RFC 3986's unreserved ones, and {@code /} if {@code slash}. */
  static String encode(String text, boolean slash) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          b >= 'a' && b <= 'z'
              || b >= 'A' && b <= 'Z'
              || b >= '0' && b <= '9'
              || b == '-'
              || b == '_'
              || b == '.'
              || b == '~'
              || slash && b == '/';
      if (plain) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
      }
    }
    return encoded.toString();
  }
}
