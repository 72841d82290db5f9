package stowage.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import stowage.base.Time;

/** Numbers and times as people read them. */
final class Text {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Text() {}

  /** Bytes in powers of 1000, three digits: {@code 4.27MB}. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    if (unit == 0) {
      return bytes + "B";
    }
    int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", value, UNITS[unit]);
  }

  /** How long ago a Unix time in seconds was. */
  static String ago(long unixSeconds) {
    if (unixSeconds <= 0) {
      return "N/A";
    }
    var age = Duration.between(Instant.ofEpochSecond(unixSeconds), Time.SYSTEM.now());
    return spell(age.isNegative() ? Duration.ZERO : age) + " ago";
  }

  private static String spell(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < 60) {
      return count(seconds, "second");
    }
    if (seconds < 3600) {
      return count(seconds / 60, "minute");
    }
    if (seconds < 48 * 3600) {
      return count(seconds / 3600, "hour");
    }
    long days = age.toDays();
    return days < 14
        ? count(days, "day")
        : days < 60
            ? count(days / 7, "week")
            : days < 730 ? count(days / 30, "month") : count(days / 365, "year");
  }

  private static String count(long n, String unit) {
    return n + " " + unit + (n == 1 ? "" : "s");
  }

  /** The first 12 digits of an id or digest. */
  static String shortId(String id) {
    var hex = id.startsWith("sha256:") ? id.substring(7) : id;
    return hex.length() > 12 ? hex.substring(0, 12) : hex;
  }

  /** A bar of {@code width} signs for {@code current} of {@code total}. */
  static String bar(long current, long total, int width) {
    int done = total <= 0 ? 0 : (int) Math.min(width, current * width / total);
    return "["
        + "=".repeat(done)
        + (done < width ? ">" : "")
        + " ".repeat(Math.max(0, width - done - 1))
        + "]";
  }
}
