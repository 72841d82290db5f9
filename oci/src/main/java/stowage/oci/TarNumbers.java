package stowage.oci;

/** Numbers as tar headers and PAX records write them. */
final class TarNumbers {
  private static final int NEGATIVE = 0x40;
  private static final int BINARY = 0x80;

  private TarNumbers() {}

  /**
   * A header's number field: octal digits between spaces or NULs, or base 256 when the first bit is
   * set. An empty field is 0. {@code entry} and {@code field} name it in the refusal.
   */
  static long field(byte[] b, int at, int length, String entry, String field) {
    if ((b[at] & BINARY) != 0) {
      return binary(b, at, length, entry, field);
    }
    int end = at + length;
    int i = at;
    while (i < end && (b[i] == ' ' || b[i] == 0)) {
      i++;
    }
    long value = 0; // at most 12 digits of 3 bits: no overflow
    for (; i < end && b[i] != ' ' && b[i] != 0; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 7) {
        throw TarText.refuse(entry, field + " is no octal number");
      }
      value = value << 3 | digit;
    }
    return value;
  }

  private static long binary(byte[] b, int at, int length, String entry, String field) {
    boolean negative = (b[at] & NEGATIVE) != 0;
    int sign = negative ? 0xff : 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int octet = b[at + i] & 0xff;
      if (i == 0) {
        octet = negative ? octet : octet & ~BINARY;
      }
      boolean onlySign = length - i > Long.BYTES;
      boolean wrongSign = length - i == Long.BYTES && (octet & BINARY) != (sign & BINARY);
      if (onlySign && octet != sign || wrongSign) {
        throw TarText.refuse(entry, field + " does not fit 63 bits");
      }
      value = value << 8 | octet;
    }
    return value;
  }

  /** A decimal number, digits with an optional minus sign. */
  static long decimal(String text, String entry, String field) {
    if (text.isEmpty() || text.charAt(0) == '+') {
      throw TarText.refuse(entry, "%s: %s is no number".formatted(field, TarText.display(text)));
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw TarText.refuse(
          entry, "%s: %s is no number of 63 bits".formatted(field, TarText.display(text)));
    }
  }

  /** The whole seconds of a PAX time, rounded down. */
  static long seconds(String text, String entry) {
    int dot = text.indexOf('.');
    String whole = dot < 0 ? text : text.substring(0, dot);
    if (dot >= 0 && (whole.isEmpty() || whole.equals("-"))) {
      whole += "0";
    }
    long seconds = decimal(whole, entry, "mtime");
    boolean down = text.charAt(0) == '-' && fraction(text, entry) != 0;
    return down ? Math.subtractExact(seconds, seconds == Long.MIN_VALUE ? 0 : 1) : seconds;
  }

  /** The nanoseconds to add to {@link #seconds}; more digits than nine are dropped. */
  static int nanos(String text, String entry) {
    int fraction = fraction(text, entry);
    return text.charAt(0) == '-' && fraction != 0 ? 1_000_000_000 - fraction : fraction;
  }

  private static int fraction(String text, String entry) {
    int dot = text.indexOf('.');
    int value = 0;
    for (int i = 0, at = dot + 1; dot >= 0 && (i < 9 || at < text.length()); i++, at++) {
      int digit = at < text.length() ? text.charAt(at) - '0' : 0;
      if (digit < 0 || digit > 9) {
        throw TarText.refuse(entry, "mtime: %s is no time".formatted(TarText.display(text)));
      }
      value = i < 9 ? value * 10 + digit : value;
    }
    return value;
  }
}
