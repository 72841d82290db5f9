package stowage.volume;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The words of mount(8)'s {@code -o} that are flags of mount(2); all others are for the filesystem.
 *
 * @param flags MS_* to set
 * @param data what is left, comma separated
 */
record MountWords(long flags, String data) {
  private static final long MS_BIND = 0x1000;
  private static final long MS_REC = 0x4000;

  /** Words that set flags. */
  private static final Map<String, Long> SET =
      Map.ofEntries(
          entry("ro", 0x1L),
          entry("nosuid", 0x2L),
          entry("nodev", 0x4L),
          entry("noexec", 0x8L),
          entry("sync", 0x10L),
          entry("mand", 0x40L),
          entry("dirsync", 0x80L),
          entry("noatime", 0x400L),
          entry("nodiratime", 0x800L),
          entry("bind", MS_BIND),
          entry("rbind", MS_BIND | MS_REC),
          entry("relatime", 1L << 21),
          entry("strictatime", 1L << 24));

  /** Words that clear them. */
  private static final Map<String, Long> CLEAR =
      Map.ofEntries(
          entry("defaults", 0L),
          entry("rw", 0x1L),
          entry("suid", 0x2L),
          entry("dev", 0x4L),
          entry("exec", 0x8L),
          entry("async", 0x10L),
          entry("nomand", 0x40L),
          entry("atime", 0x400L),
          entry("diratime", 0x800L),
          entry("norelatime", 1L << 21),
          entry("nostrictatime", 1L << 24));

  static MountWords parse(String options) {
    long flags = 0;
    List<String> data = new ArrayList<>();
    for (String word : options.split(",", -1)) {
      if (SET.containsKey(word)) {
        flags |= SET.get(word);
      } else if (CLEAR.containsKey(word)) {
        flags &= ~CLEAR.get(word);
      } else if (!word.isEmpty()) {
        data.add(word);
      }
    }
    return new MountWords(flags, String.join(",", data));
  }

  boolean isBind() {
    return (flags & MS_BIND) != 0;
  }

  /** As Docker shows a mount that failed: {@code mount DEVICE:TARGET, flags: 0x1, data: x}. */
  String describe(String device, String target) {
    return "mount %s:%s%s%s"
        .formatted(
            device,
            target,
            flags == 0 ? "" : ", flags: 0x" + Long.toHexString(flags),
            data.isEmpty() ? "" : ", data: " + data);
  }
}
