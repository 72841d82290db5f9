package stowage.oci;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.ByteStrings;
import stowage.base.StowageException;

/**
 * What PAX records say of the next entry, or as global ones of all that follow. A record without a
 * value takes back what was said before, an xattr's excepted: that is an empty xattr.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX, pax</a>
 */
final class PaxHeader {
  private static final String SCHILY = "SCHILY.xattr.";
  private static final String LIBARCHIVE = "LIBARCHIVE.xattr.";
  private static final String SPARSE = "GNU.sparse.";

  /** The records that mean something here, but the xattrs', by keyword. */
  private final Map<String, String> said = new LinkedHashMap<>();

  private final Map<String, String> xattrs = new LinkedHashMap<>();

  /** Offset and size by turns, as sparse 0.0 has them: one record each. */
  private final List<String> sparseNumbers = new ArrayList<>();

  private int bytes;
  private String entry;

  /** Starts from what {@code global} says; {@code entry} names it until a record says path. */
  PaxHeader(PaxHeader global, String entry) {
    this.entry = entry;
    if (global != null) {
      said.putAll(global.said);
      xattrs.putAll(global.xattrs);
      bytes = global.bytes;
    }
  }

  /** The record's value, null when not said. */
  String value(String keyword) {
    return said.get(keyword);
  }

  String value(String keyword, String otherwise) {
    return said.getOrDefault(keyword, otherwise);
  }

  Map<String, String> xattrs() {
    return xattrs.isEmpty() ? Map.of() : Collections.unmodifiableMap(xattrs);
  }

  List<String> sparseNumbers() {
    return sparseNumbers;
  }

  /** Reads {@code bytes[0, size)}, records of "length keyword=value\n". */
  void read(byte[] b, int size) {
    int count = 0;
    for (int at = 0; at < size; ) {
      if (++count > TarLimits.PAX_RECORDS) {
        throw refuse("more than " + TarLimits.PAX_RECORDS + " PAX records");
      }
      at = record(b, at, size);
    }
  }

  /** Reads global records, and refuses those that would make later entries something else. */
  void readGlobal(byte[] b, int size) {
    read(b, size);
    for (String keyword : said.keySet()) {
      if (keyword.equals("path") || keyword.equals("linkpath") || keyword.equals("size")
          || keyword.startsWith(SPARSE)) {
        throw refuse("a global PAX header says " + keyword + ", which is each entry's own");
      }
    }
    if (!sparseNumbers.isEmpty()) {
      throw refuse("a global PAX header has a sparse map, which is each entry's own");
    }
    bytes += size;
    if (bytes > TarLimits.EXTENDED_HEADER || said.size() + xattrs.size() > TarLimits.PAX_RECORDS) {
      throw refuse("global PAX headers say too much");
    }
  }

  private int record(byte[] b, int at, int size) {
    int digits = at;
    long length = 0;
    while (digits < size && b[digits] >= '0' && b[digits] <= '9' && length <= size) {
      length = length * 10 + b[digits++] - '0';
    }
    long end = at + length;
    int equals = digits + 1;
    if (digits == at || digits == size || b[digits] != ' ' || end > size || end <= equals
        || b[(int) end - 1] != '\n') {
      throw refuse("a PAX record of wrong length");
    }
    while (equals < end && b[equals] != '=') {
      equals++;
    }
    if (equals == end || equals == digits + 1) {
      throw refuse("a PAX record without a keyword");
    }
    take(
        ByteStrings.of(b, digits + 1, equals), ByteStrings.of(b, equals + 1, (int) end - 1));
    return (int) end;
  }

  private void take(String keyword, String value) {
    switch (keyword) {
      case "path", "linkpath", "size", "uid", "gid", "mtime",
          SPARSE + "major", SPARSE + "minor", SPARSE + "name", SPARSE + "realsize",
          SPARSE + "size", SPARSE + "map", SPARSE + "numblocks" -> {
        if (value.indexOf(0) >= 0) {
          throw refuse("a NUL in PAX " + keyword);
        }
        if (value.isEmpty()) {
          said.remove(keyword);
        } else {
          said.put(keyword, value);
        }
        entry = keyword.equals("path") && !value.isEmpty() ? value : entry;
      }
      case SPARSE + "offset", SPARSE + "numbytes" -> {
        if (keyword.equals(SPARSE + "offset") != (sparseNumbers.size() % 2 == 0)) {
          throw refuse("sparse offsets and sizes do not take turns");
        }
        sparseNumbers.add(value);
      }
      default -> {
        if (keyword.startsWith(SCHILY)) {
          xattr(keyword.substring(SCHILY.length()), value);
        } else if (keyword.startsWith(LIBARCHIVE)) {
          libarchive(keyword.substring(LIBARCHIVE.length()), value);
        }
      }
    }
  }

  private void xattr(String name, String value) {
    if (name.isEmpty() || name.length() > TarLimits.XATTR_NAME || name.indexOf(0) >= 0) {
      throw refuse("an xattr's name " + TarText.display(name) + " is none");
    }
    if (value.length() > TarLimits.XATTR_VALUE) {
      throw refuse(
          "xattr %s is longer than %d bytes".formatted(name, TarLimits.XATTR_VALUE));
    }
    xattrs.put(name, value);
  }

  /** libarchive's spelling: the name percent-encoded, the value in base 64, often unpadded. */
  private void libarchive(String encodedName, String encodedValue) {
    var name = new StringBuilder();
    for (int i = 0; i < encodedName.length(); i++) {
      char c = encodedName.charAt(i);
      if (c == '%' && i + 2 < encodedName.length()
          && Character.digit(encodedName.charAt(i + 1), 16) >= 0
          && Character.digit(encodedName.charAt(i + 2), 16) >= 0) {
        c = (char) Integer.parseInt(encodedName, i + 1, i + 3, 16);
        i += 2;
      }
      name.append(c);
    }
    byte[] value;
    try {
      value = Base64.getDecoder().decode(encodedValue.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw refuse("LIBARCHIVE.xattr." + TarText.display(encodedName) + " is not base 64");
    }
    xattr(name.toString(), ByteStrings.of(value, 0, value.length));
  }

  private StowageException.Corrupt refuse(String wrong) {
    return TarText.refuse(entry, wrong);
  }
}
