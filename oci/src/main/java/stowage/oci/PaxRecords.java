package stowage.oci;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import stowage.base.ByteStrings;

/** The PAX records an entry needs because ustar has no room or no field for what it says. */
final class PaxRecords {
  private PaxRecords() {}

  /** The records by keyword, sorted; none if ustar says it all. */
  static Map<String, String> of(TarEntry entry, String name) {
    var records = new TreeMap<String, String>();
    if (TarBlocks.prefixLength(name) < 0) {
      records.put("path", name);
    }
    if (entry.link().length() > TarHeader.LINK) {
      records.put("linkpath", entry.link());
    }
    number(records, "uid", entry.uid(), TarBlocks.ID_MAX);
    number(records, "gid", entry.gid(), TarBlocks.ID_MAX);
    number(records, "size", entry.size(), TarBlocks.SIZE_MAX);
    if (entry.mtimeNanos() != 0
        || entry.mtimeSeconds() < 0
        || entry.mtimeSeconds() > TarBlocks.SIZE_MAX) {
      records.put("mtime", time(entry.mtimeSeconds(), entry.mtimeNanos()));
    }
    entry.xattrs().forEach((xattr, value) -> xattr(records, xattr, value));
    return records;
  }

  private static void number(Map<String, String> records, String keyword, long value, long max) {
    if (value > max) {
      records.put(keyword, Long.toString(value));
    }
  }

  private static String time(long seconds, int nanos) {
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    boolean negative = seconds < 0; // then nanos, which go forward, are taken from the second above
    long whole = negative ? -(seconds + 1) : seconds;
    int fraction = negative ? 1_000_000_000 - nanos : nanos;
    String digits = "%s%d.%09d".formatted(negative ? "-" : "", whole, fraction);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  private static void xattr(Map<String, String> records, String name, String value) {
    if (name.indexOf('=') < 0) {
      records.put("SCHILY.xattr." + name, value);
    } else { // a keyword ends at the first '='; libarchive's form escapes it
      records.put(
          "LIBARCHIVE.xattr." + name.replace("%", "%25").replace("=", "%3D"),
          Base64.getEncoder().withoutPadding().encodeToString(ByteStrings.bytes(value)));
    }
  }

  /** The records as they are written, each with its own length before it. */
  static byte[] bytes(Map<String, String> records) {
    var out = new ByteArrayOutputStream();
    records.forEach(
        (keyword, value) -> {
          int rest = keyword.length() + value.length() + 3; // space, '=', line feed
          int length = rest + Integer.toString(rest).length();
          if (Integer.toString(length).length() > Integer.toString(rest).length()) {
            length++; // its own digits made it one digit longer
          }
          out.writeBytes(ByteStrings.bytes(length + " " + keyword + "=" + value + "\n"));
        });
    return out.toByteArray();
  }
}
