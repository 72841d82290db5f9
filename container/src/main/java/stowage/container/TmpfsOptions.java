package stowage.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;

/** The options of a tmpfs, from {@code --tmpfs} strings and TmpfsOptions objects. */
final class TmpfsOptions {
  /** Flags and what they replace; the first of a pair is the one that needs saying. */
  private static final Map<String, String> FLAGS = new LinkedHashMap<>();

  private static final Set<String> KEYS =
      Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");

  static {
    pair("ro", "rw");
    pair("noexec", "exec");
    pair("nosuid", "suid");
    pair("nodev", "dev");
    pair("sync", "async");
    pair("noatime", "atime");
    pair("nodiratime", "diratime");
    pair("relatime", "norelatime");
    pair("strictatime", "nostrictatime");
  }

  private TmpfsOptions() {}

  private static void pair(String on, String off) {
    FLAGS.put(on, off);
    FLAGS.put(off, on);
  }

  static Mount.Tmpfs parse(String target, String text) {
    var options = new ArrayList<List<String>>();
    for (String option : text.split(",", -1)) {
      if (!option.isEmpty()) {
        options.add(List.of(option.split("=", 2)));
      }
    }
    return build(target, false, OptionalLong.empty(), OptionalInt.empty(), options, false);
  }

  static Mount.Tmpfs of(String target, boolean readOnly, JsonObject fields) {
    long size = fields.number("SizeBytes", 0);
    long mode = fields.number("Mode", 0);
    if (size < 0 || mode < 0 || mode > 07777) {
      throw MountParser.wrong("tmpfs", "SizeBytes must not be negative, Mode within 0 and 07777");
    }
    return build(
        target,
        readOnly,
        size == 0 ? OptionalLong.empty() : OptionalLong.of(size),
        mode == 0 ? OptionalInt.empty() : OptionalInt.of((int) mode),
        lists(fields),
        true);
  }

  /** Options are lists of one or two strings, as Docker's API has them. */
  private static List<List<String>> lists(JsonObject fields) {
    var lists = new ArrayList<List<String>>();
    if (fields.has("Options")) {
      if (!(fields.map().get("Options") instanceof List<?> options)) {
        throw MountParser.wrong("tmpfs", "TmpfsOptions.Options: want an array of arrays");
      }
      for (Object option : options) {
        if (!(option instanceof List<?> words)
            || words.isEmpty()
            || words.size() > 2
            || !words.stream().allMatch(String.class::isInstance)) {
          throw MountParser.wrong(
              "tmpfs",
              "invalid option array %s; want [key] or [key, value]".formatted(Json.text(option)));
        }
        lists.add(words.stream().map(String.class::cast).toList());
      }
    }
    return lists;
  }

  private static Mount.Tmpfs build(
      String target,
      boolean readOnly,
      OptionalLong size,
      OptionalInt mode,
      List<List<String>> options,
      boolean fromMounts) {
    // Docker's defaults; an option said takes back its opposite.
    var flags = new LinkedHashSet<>(List.of("noexec", "nosuid", "nodev"));
    if (readOnly) {
      flags.add("ro");
    }
    var data = new LinkedHashMap<String, String>();
    for (var option : options) {
      String key = option.getFirst();
      if (option.size() == 1 && FLAGS.containsKey(key)) {
        flags.remove(FLAGS.get(key));
        flags.add(key);
      } else if (option.size() == 2 && KEYS.contains(key)) {
        checkValue(option);
        data.put(key, option.get(1));
      } else {
        throw unknown(option);
      }
    }
    boolean ro = flags.remove("ro");
    flags.removeIf(List.of("rw", "exec", "suid", "dev", "async", "atime", "diratime",
        "norelatime", "nostrictatime")::contains);
    if (data.containsKey("mode")) {
      mode = OptionalInt.of(Integer.parseInt(data.remove("mode"), 8));
    }
    return new Mount.Tmpfs(target, ro, size, mode, List.copyOf(flags), data, fromMounts);
  }

  private static void checkValue(List<String> option) {
    String value = option.get(1);
    boolean right =
        switch (option.getFirst()) {
          case "size", "nr_inodes", "nr_blocks" -> value.matches("\\d{1,18}[kKmMgG%]?");
          case "mode" -> value.matches("0?[0-7]{1,4}");
          case "uid", "gid" -> value.matches("\\d{1,10}");
          default -> value.matches("[a-z0-9:=,\\-]{1,255}");
        };
    if (!right) {
      throw new InvalidArgument(
          "invalid tmpfs option %s: not a value of %s"
              .formatted(quoted(option), option.getFirst()));
    }
  }

  private static StowageException unknown(List<String> option) {
    var known = new ArrayList<>(KEYS.stream().sorted().map(key -> key + "=").toList());
    known.addAll(FLAGS.keySet());
    return new InvalidArgument(
        "invalid tmpfs option %s; want one of %s"
            .formatted(quoted(option), MountParser.list(known)));
  }

  /** As Go prints a slice of strings with %q; recorded clients compare the text. */
  private static String quoted(List<String> option) {
    return "[" + String.join(" ", option.stream().map(Json::text).toList()) + "]";
  }
}
