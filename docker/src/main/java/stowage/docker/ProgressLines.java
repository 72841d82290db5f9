package stowage.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.Json;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.base.Time;

/**
 * A stream of JSON lines as pull, push, load and import answer, sent as they are told. Once a
 * client is gone nothing more is sent and the work goes on.
 */
final class ProgressLines implements Progress {
  private static final long PAUSE_NANOS = 100_000_000;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private final Call call;
  private final Time time;
  private final Map<String, String> lastStatus = new HashMap<>(); // guarded by this
  private final Map<String, Long> lastNanos = new HashMap<>(); // guarded by this
  private OutputStream out; // guarded by this; null before the first line
  private boolean gone; // guarded by this

  ProgressLines(Call call, Time time) {
    this.call = call;
    this.time = time;
  }

  @Override
  public synchronized void tell(String id, String status, long current, long total) {
    boolean news = !status.equals(lastStatus.put(id, status));
    long now = time.nanos();
    boolean soon = now - lastNanos.getOrDefault(id, now - PAUSE_NANOS) < PAUSE_NANOS;
    if (!news && soon && !(total > 0 && current >= total)) {
      return;
    }
    lastNanos.put(id, now);
    var line = new LinkedHashMap<String, Object>();
    line.put("status", status);
    if (!id.isEmpty() && !status.startsWith("Pulling from ")) {
      line.put("progressDetail", detail(current, total));
      String bar = bar(current, total);
      if (!bar.isEmpty()) {
        line.put("progress", bar);
      }
    }
    if (!id.isEmpty()) {
      line.put("id", id);
    }
    line(line);
  }

  private static Map<String, Object> detail(long current, long total) {
    var detail = new LinkedHashMap<String, Object>();
    if (current > 0) {
      detail.put("current", current);
    }
    if (total > 0) {
      detail.put("total", total);
    }
    return detail;
  }

  /** The bar as the daemon draws it for clients that do not: {@code [===>   ] 1.2MB/3MB}. */
  static String bar(long current, long total) {
    if (current <= 0 && total <= 0) {
      return "";
    }
    String done = human(current);
    if (total <= 0) {
      return "%8s".formatted(done);
    }
    int share = (int) Math.min(50, (long) (100.0 * current / total) / 2);
    return "[%s>%s] %8s%s"
        .formatted(
            "=".repeat(share),
            " ".repeat(50 - share),
            done,
            current > total ? "" : "/" + human(total));
  }

  /** A size in decimal units with four digits: {@code 1.983MB}. */
  static String human(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    var digits = new BigDecimal(size).round(new MathContext(4, RoundingMode.HALF_EVEN));
    return digits.stripTrailingZeros().toPlainString() + UNITS[unit];
  }

  /** Sends a line of any other kind. */
  synchronized void line(Map<String, Object> line) {
    if (gone) {
      return;
    }
    try {
      if (out == null) {
        out = call.stream("application/json");
      }
      out.write((Json.text(line) + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      gone = true;
    }
  }

  /** Sends the header now, so that failures become lines as well. */
  synchronized void begin() throws IOException {
    out = call.stream("application/json");
    out.flush();
  }

  /** Tells a failure: as a line when lines have been sent, else by throwing it on. */
  synchronized void failed(StowageException failure) {
    if (out == null) {
      throw failure;
    }
    var line = new LinkedHashMap<String, Object>();
    String message = String.valueOf(failure.getMessage());
    line.put("errorDetail", Map.of("message", message));
    line.put("error", message);
    line(line);
  }
}
