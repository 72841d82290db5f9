package stowage.container;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a container uses from its cgroups and its network namespace. */
final class StatsReader {
  /** USER_HZ: the kernel's promise to programs, on every machine Linux runs on today. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private final Cgroups cgroups;

  StatsReader(Cgroups cgroups) {
    this.cgroups = cgroups;
  }

  Stats read(Container container, Instant at) {
    int pid = container.pid();
    int cpus = Runtime.getRuntime().availableProcessors();
    if (pid == 0) {
      return nothing(at, cgroups.isV2());
    }
    String id = container.id();
    var cpu =
        pairs(cgroups.isV2() ? file("", id, "cpu.stat") : file("cpuacct", id, "cpuacct.stat"));
    var throttle = pairs(file("cpu", id, "cpu.stat"));
    boolean v2 = cgroups.isV2();
    long limit = number(file("memory", id, v2 ? "memory.max" : "memory.limit_in_bytes"));
    long machine = memoryOfMachine();
    var networks =
        container.spec().network().isHost() ? Map.<String, Stats.Link>of() : networks(pid);
    return new Stats(
        at,
        v2
            ? cpu.getOrDefault("usage_usec", 0L) * 1000
            : number(file("cpuacct", id, "cpuacct.usage")),
        v2
            ? cpu.getOrDefault("user_usec", 0L) * 1000
            : cpu.getOrDefault("user", 0L) * NANOS_PER_TICK,
        v2
            ? cpu.getOrDefault("system_usec", 0L) * 1000
            : cpu.getOrDefault("system", 0L) * NANOS_PER_TICK,
        v2 ? List.of() : numbers(file("cpuacct", id, "cpuacct.usage_percpu")),
        systemCpu(),
        cpus,
        new Stats.Throttle(
            throttle.getOrDefault("nr_periods", 0L),
            throttle.getOrDefault("nr_throttled", 0L),
            v2
                ? throttle.getOrDefault("throttled_usec", 0L) * 1000
                : throttle.getOrDefault("throttled_time", 0L)),
        number(file("memory", id, v2 ? "memory.current" : "memory.usage_in_bytes")),
        number(file("memory", id, v2 ? "memory.peak" : "memory.max_usage_in_bytes")),
        limit <= 0 || limit > machine ? machine : limit,
        pairs(file("memory", id, "memory.stat")),
        v2
            ? pairs(file("memory", id, "memory.events")).getOrDefault("max", 0L)
            : number(file("memory", id, "memory.failcnt")),
        number(file("pids", id, "pids.current")),
        Math.max(0, number(file("pids", id, "pids.max"))),
        v2,
        v2 ? ioV2(id) : ioV1(id),
        networks);
  }

  /** Of a container that does not run. */
  private static Stats nothing(Instant at, boolean v2) {
    return new Stats(
        at,
        0,
        0,
        0,
        List.of(),
        0,
        0,
        Stats.Throttle.NONE,
        0,
        0,
        0,
        Map.of(),
        0,
        0,
        0,
        v2,
        List.of(),
        Map.of());
  }

  private Path file(String controller, String id, String name) {
    return cgroups
        .directory(controller, id)
        .map(directory -> directory.resolve(name))
        .orElse(Path.of("/nonexistent"));
  }

  /** A file with one number; 0 for "max" or none. */
  private static long number(Path file) {
    var lines = Cgroups.lines(file);
    return lines.isEmpty() ? 0 : number(lines.getFirst());
  }

  private static long number(String text) {
    try {
      return Long.parseUnsignedLong(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static List<Long> numbers(Path file) {
    var lines = Cgroups.lines(file);
    var numbers = new ArrayList<Long>();
    if (!lines.isEmpty()) {
      for (String word : lines.getFirst().strip().split(" +")) {
        numbers.add(number(word));
      }
    }
    return numbers;
  }

  private static Map<String, Long> pairs(Path file) {
    var pairs = new LinkedHashMap<String, Long>();
    for (String line : Cgroups.lines(file)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        pairs.put(line.substring(0, space), number(line.substring(space + 1)));
      }
    }
    return pairs;
  }

  /** Lines of "8:0 Read 4096". */
  private List<Stats.Io> ioV1(String id) {
    var bytes = byDevice(file("blkio", id, "blkio.throttle.io_service_bytes"));
    var counts = byDevice(file("blkio", id, "blkio.throttle.io_serviced"));
    var io = new ArrayList<Stats.Io>();
    bytes.forEach(
        (key, value) -> {
          String[] parts = key.split("[: ]");
          io.add(
              new Stats.Io(
                  number(parts[0]),
                  number(parts[1]),
                  parts[2].toLowerCase(java.util.Locale.ROOT),
                  value,
                  counts.getOrDefault(key, 0L)));
        });
    return io;
  }

  private static Map<String, Long> byDevice(Path file) {
    var map = new TreeMap<String, Long>();
    for (String line : Cgroups.lines(file)) {
      int last = line.lastIndexOf(' ');
      String key = last < 0 ? "" : line.substring(0, last);
      if (key.split("[: ]").length == 3) {
        map.put(key, number(line.substring(last + 1)));
      }
    }
    return map;
  }

  /** Lines of "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 ...". */
  private List<Stats.Io> ioV2(String id) {
    var io = new ArrayList<Stats.Io>();
    for (String line : Cgroups.lines(file("", id, "io.stat"))) {
      String[] words = line.split(" ");
      String[] device = words[0].split(":");
      if (device.length != 2) {
        continue;
      }
      var values = new LinkedHashMap<String, Long>();
      for (String word : words) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          values.put(word.substring(0, equals), number(word.substring(equals + 1)));
        }
      }
      long major = number(device[0]);
      long minor = number(device[1]);
      io.add(
          new Stats.Io(
              major,
              minor,
              "read",
              values.getOrDefault("rbytes", 0L),
              values.getOrDefault("rios", 0L)));
      io.add(
          new Stats.Io(
              major,
              minor,
              "write",
              values.getOrDefault("wbytes", 0L),
              values.getOrDefault("wios", 0L)));
    }
    return io;
  }

  /** The first line of /proc/stat: "cpu user nice system idle iowait irq softirq steal ...". */
  private static long systemCpu() {
    var lines = Cgroups.lines(Path.of("/proc/stat"));
    if (lines.isEmpty()) {
      return 0;
    }
    String[] words = lines.getFirst().split(" +");
    long ticks = 0;
    for (int i = 1; i < Math.min(8, words.length); i++) {
      ticks += number(words[i]);
    }
    return ticks * NANOS_PER_TICK;
  }

  private static long memoryOfMachine() {
    for (String line : Cgroups.lines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return number(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }

  /** /proc/PID/net/dev: two lines of titles, then "eth0: 8 numbers received, 8 sent". */
  private static Map<String, Stats.Link> networks(int pid) {
    var links = new LinkedHashMap<String, Stats.Link>();
    for (String line : Cgroups.lines(Path.of("/proc/" + pid + "/net/dev"))) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (name.isEmpty() || name.equals("lo")) {
        continue;
      }
      String[] n = line.substring(colon + 1).strip().split(" +");
      if (n.length >= 12) {
        links.put(
            name,
            new Stats.Link(
                number(n[0]),
                number(n[1]),
                number(n[2]),
                number(n[3]),
                number(n[8]),
                number(n[9]),
                number(n[10]),
                number(n[11])));
      }
    }
    return links;
  }
}
