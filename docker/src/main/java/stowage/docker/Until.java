package stowage.docker;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.base.StowageException.InvalidArgument;

/** The filter {@code until}: a time, or how long ago in Go's form ("24h", "1h30m"). */
final class Until {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");
  private static final Pattern DURATION = Pattern.compile("(" + PART.pattern() + ")+");

  private Until() {}

  static Optional<Instant> parse(List<String> values, Instant now) {
    if (values.size() > 1) {
      throw new InvalidArgument("more than one until filter specified");
    }
    return values.stream().findFirst().map(value -> parse(value, now));
  }

  private static Instant parse(String value, Instant now) {
    if (!DURATION.matcher(value).matches()) {
      return Times.parse(value);
    }
    var ago = Duration.ZERO;
    for (var part : PART.matcher(value).results().toList()) {
      long unit =
          switch (part.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      ago =
          ago.plusNanos(
              new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)).longValue());
    }
    return now.minus(ago);
  }
}
