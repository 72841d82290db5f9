package stowage.container;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A terminal's first size, for the runtime to set before the program runs: told to the monitor it
 * would come some time after.
 */
final class ConsoleSize {
  private ConsoleSize() {}

  /** A runtime spec's process with the size, if there is a terminal and a size. */
  static Map<String, Object> with(Map<String, Object> process, boolean tty, int rows, int columns) {
    var fields = new LinkedHashMap<>(process);
    if (tty && rows > 0 && columns > 0) {
      fields.put("consoleSize", Map.of("height", rows, "width", columns));
    }
    return fields;
  }

  /** A whole runtime spec with the size in its process. */
  static Map<String, Object> withProcess(Map<String, Object> spec, Streams streams) {
    var fields = new LinkedHashMap<>(spec);
    var process = new LinkedHashMap<String, Object>();
    if (spec.get("process") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> process.put(key.toString(), value));
    }
    fields.put("process", with(process, streams.tty(), streams.rows(), streams.columns()));
    return fields;
  }
}
