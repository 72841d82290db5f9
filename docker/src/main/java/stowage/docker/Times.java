package stowage.docker;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import stowage.base.StowageException.InvalidArgument;

/** Times as this API reads and writes them. */
final class Times {
  /** Go's zero time: never. */
  static final String NEVER = "0001-01-01T00:00:00Z";

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private Times() {}

  /** Reads {@code 1795404188}, {@code 1795404188.123456789} or RFC 3339. */
  static Instant parse(String text) {
    try {
      if (text.matches("-?\\d{1,15}(\\.\\d{1,18})?")) {
        var nanos = new BigDecimal(text).multiply(NANOS).setScale(0, RoundingMode.DOWN);
        var parts = nanos.toBigInteger().divideAndRemainder(NANOS.toBigInteger());
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
      }
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidArgument("time", text, "seconds since 1970 or an RFC 3339 time");
    }
  }

  /** RFC 3339 with as many digits of nanoseconds as needed, as Go writes it. */
  static String rfc3339(Instant at) {
    String text = at.toString();
    return text.contains(".") ? text.replaceFirst("0+Z$", "Z") : text;
  }

  /** RFC 3339 with all nine digits, as log lines have it. */
  static String rfc3339Nano(Instant at) {
    String seconds = Instant.ofEpochSecond(at.getEpochSecond()).toString();
    return seconds.replace("Z", ".%09dZ".formatted(at.getNano()));
  }

  /** How long, in words: "Less than a second", "About a minute", "3 hours". */
  static String human(Duration duration) {
    long seconds = duration.toSeconds();
    long minutes = duration.toMinutes();
    long hours = Math.round(duration.toMillis() / 3_600_000.0);
    if (seconds < 1) {
      return "Less than a second";
    } else if (seconds == 1) {
      return "1 second";
    } else if (seconds < 60) {
      return seconds + " seconds";
    } else if (minutes == 1) {
      return "About a minute";
    } else if (minutes < 60) {
      return minutes + " minutes";
    } else if (hours == 1) {
      return "About an hour";
    } else if (hours < 48) {
      return hours + " hours";
    } else if (hours < 24 * 7 * 2) {
      return hours / 24 + " days";
    } else if (hours < 24 * 30 * 2) {
      return hours / 24 / 7 + " weeks";
    } else if (hours < 24 * 365 * 2) {
      return hours / 24 / 30 + " months";
    }
    return hours / 24 / 365 + " years";
  }
}
