package stowage.container;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Linux signals by name and number. */
final class Signals {
  static final int KILL = 9;
  static final int TERM = 15;
  static final int WINCH = 28;
  private static final int LAST = 64;
  private static final int RT_MIN = 34;
  private static final Map<String, Integer> BY_NAME = byName();

  private Signals() {}

  /** The number of {@code TERM}, {@code SIGTERM}, {@code sigterm} or {@code 15}; none otherwise. */
  static OptionalInt number(String text) {
    if (!text.isEmpty() && text.length() < 4 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = Integer.parseInt(text);
      return number >= 1 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
    }
    String name = text.toUpperCase(Locale.ROOT);
    Integer number = BY_NAME.get(name.startsWith("SIG") ? name.substring(3) : name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static Map<String, Integer> byName() {
    String[] names =
        ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT"
                + " STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
            .split(" ");
    var map = new HashMap<String, Integer>();
    for (int i = 0; i < names.length; i++) {
      map.put(names[i], i + 1);
    }
    map.put("IOT", 6);
    map.put("CLD", 17);
    map.put("POLL", 29);
    for (int n = 0; n <= LAST - RT_MIN; n++) {
      map.put(n == 0 ? "RTMIN" : "RTMIN+" + n, RT_MIN + n);
      map.put(n == 0 ? "RTMAX" : "RTMAX-" + n, LAST - n);
    }
    return Map.copyOf(map);
  }
}
