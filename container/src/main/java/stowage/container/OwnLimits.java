package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import stowage.oci.RuntimeSpec;

/**
 * The agent's own hard resource limits. A container's may not be higher: raising them needs a right
 * that a sandboxed host does not give, and the runtime would fail on it.
 */
record OwnLimits(Map<String, Long> hard) {
  private static final Map<String, String> BY_TITLE =
      Map.ofEntries(
          Map.entry("Max cpu time", "cpu"),
          Map.entry("Max file size", "fsize"),
          Map.entry("Max data size", "data"),
          Map.entry("Max stack size", "stack"),
          Map.entry("Max core file size", "core"),
          Map.entry("Max resident set", "rss"),
          Map.entry("Max processes", "nproc"),
          Map.entry("Max open files", "nofile"),
          Map.entry("Max locked memory", "memlock"),
          Map.entry("Max file locks", "locks"),
          Map.entry("Max pending signals", "sigpending"),
          Map.entry("Max msgqueue size", "msgqueue"),
          Map.entry("Max nice priority", "nice"),
          Map.entry("Max realtime priority", "rtprio"),
          Map.entry("Max realtime timeout", "rttime"));

  /** Reads /proc/self/limits: a title of 26 columns, soft and hard limit of 21 each. */
  static OwnLimits read() {
    var hard = new HashMap<String, Long>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        String name = line.length() < 68 ? null : BY_TITLE.get(line.substring(0, 26).strip());
        if (name != null) {
          String value = line.substring(47, 68).strip();
          hard.put(name, value.equals("unlimited") ? -1 : Long.parseLong(value));
        }
      }
    } catch (IOException e) {
      // No /proc: nothing is known, and the runtime will say what it does not like.
    }
    return new OwnLimits(Map.copyOf(hard));
  }

  /** Whether the limit asked for is more than the agent has itself. */
  boolean exceeds(Ulimit asked) {
    long own = hard.getOrDefault(asked.name(), -1L);
    return own != -1 && (asked.hard() == -1 || asked.hard() > own);
  }

  /** The limit for the runtime, brought down to the agent's own. */
  RuntimeSpec.Ulimit clamp(Ulimit asked) {
    String name = "RLIMIT_" + asked.name().toUpperCase(Locale.ROOT);
    if (!exceeds(asked)) {
      return new RuntimeSpec.Ulimit(name, asked.soft(), asked.hard());
    }
    long own = hard.get(asked.name());
    long soft = asked.soft() == -1 || asked.soft() > own ? own : asked.soft();
    return new RuntimeSpec.Ulimit(name, soft, own);
  }
}
