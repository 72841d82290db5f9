package stowage.image;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.base.StowageException;

/** Spans and moments as Docker's clients write them: "1h30m", "2026-01-31T10:00:00Z", unix time. */
final class GoDuration {
  private static final Pattern WHOLE =
      Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*)?(?:ns|us|µs|ms|s|m|h))+|0");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?)(ns|us|µs|ms|s|m|h)");
  private static final Pattern UNIX = Pattern.compile("\\d{1,18}(?:\\.\\d{1,9})?");

  private GoDuration() {}

  static long nanos(String text) {
    return parse(text)
        .orElseThrow(
            () ->
                new StowageException.InvalidArgument(
                    "time: invalid duration \"%s\"".formatted(text)))
        .toNanos();
  }

  private static Optional<Duration> parse(String text) {
    if (text.length() > 64 || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    var total = BigDecimal.ZERO;
    var parts = PART.matcher(text);
    while (parts.find()) {
      total = total.add(new BigDecimal(parts.group(1)).multiply(unit(parts.group(2))));
    }
    if (total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    var span = Duration.ofNanos(total.longValue());
    return Optional.of(text.startsWith("-") ? span.negated() : span);
  }

  private static BigDecimal unit(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          default -> 3_600_000_000_000L;
        });
  }

  /** A moment, or so long before {@code now}. */
  static Instant moment(String text, Instant now) {
    var span = parse(text).filter(s -> !text.equals("0"));
    if (span.isPresent()) {
      return now.minus(span.get());
    }
    try {
      if (UNIX.matcher(text).matches()) {
        var unix = new BigDecimal(text);
        return Instant.ofEpochSecond(
            unix.longValue(),
            unix.remainder(BigDecimal.ONE).movePointRight(9).longValue());
      }
      if (!text.contains("T")) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new StowageException.InvalidArgument(
          "invalid time '%s': want a span (24h), a date and time, or unix time".formatted(text));
    }
  }
}
