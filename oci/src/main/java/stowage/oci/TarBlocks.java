package stowage.oci;

import java.util.Arrays;
import java.util.Map;
import stowage.base.ByteStrings;

/** Writes ustar header blocks. */
final class TarBlocks {
  /** The largest uid or gid of seven octal digits. */
  static final long ID_MAX = 07777777;

  /** The largest size or time of eleven octal digits. */
  static final long SIZE_MAX = 077777777777L;

  private static final int PAX_MODE = 0644;

  private TarBlocks() {}

  /** The block of an entry's own; a field that a record says is filled as far as it goes. */
  static void entry(byte[] b, TarEntry entry, String name, Map<String, String> records) {
    Arrays.fill(b, (byte) 0);
    name(b, name);
    octal(b, 100, 8, entry.mode());
    octal(b, 108, 8, records.containsKey("uid") ? 0 : entry.uid());
    octal(b, 116, 8, records.containsKey("gid") ? 0 : entry.gid());
    octal(b, 124, 12, records.containsKey("size") ? 0 : entry.size());
    long seconds = entry.mtimeSeconds();
    octal(b, 136, 12, seconds < 0 || seconds > SIZE_MAX ? 0 : seconds);
    text(b, 157, TarHeader.LINK, entry.link());
    if (entry.deviceMajor() != 0 || entry.deviceMinor() != 0) {
      octal(b, 329, 8, entry.deviceMajor());
      octal(b, 337, 8, entry.deviceMinor());
    }
    finish(b, flag(entry.type()));
  }

  private static char flag(TarEntry.Type type) {
    return switch (type) {
      case FILE -> '0';
      case HARD_LINK -> '1';
      case SYMLINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
    };
  }

  /** The block before {@code size} bytes of PAX records for the entry of that name. */
  static void pax(byte[] b, String name, int size) {
    Arrays.fill(b, (byte) 0);
    String last = LayerPath.name(name.endsWith("/") ? name.substring(0, name.length() - 1) : name);
    text(b, 0, TarHeader.NAME, "PaxHeaders.0/" + last);
    octal(b, 100, 8, PAX_MODE);
    octal(b, 108, 8, 0);
    octal(b, 116, 8, 0);
    octal(b, 124, 12, size);
    octal(b, 136, 12, 0);
    finish(b, 'x');
  }

  /**
   * Where the name is cut into prefix and name: the slash's index, 0 if it fits without a prefix,
   * -1 if it does not fit.
   */
  static int prefixLength(String name) {
    int length = name.length();
    if (length <= TarHeader.NAME) {
      return 0;
    }
    if (length > TarHeader.PREFIX + 1 + TarHeader.NAME) {
      return -1;
    }
    int slash = name.indexOf('/', length - TarHeader.NAME - 1);
    return slash > 0 && slash <= TarHeader.PREFIX && slash < length - 1 ? slash : -1;
  }

  private static void name(byte[] b, String name) {
    int prefix = prefixLength(name);
    if (prefix > 0) {
      text(b, 345, TarHeader.PREFIX, name.substring(0, prefix));
      text(b, 0, TarHeader.NAME, name.substring(prefix + 1));
    } else {
      text(b, 0, TarHeader.NAME, name);
    }
  }

  private static void text(byte[] b, int at, int length, String text) {
    byte[] bytes = ByteStrings.bytes(text);
    System.arraycopy(bytes, 0, b, at, Math.min(bytes.length, length));
  }

  private static void octal(byte[] b, int at, int length, long value) {
    long rest = value;
    for (int i = at + length - 2; i >= at; i--) {
      b[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    assert rest == 0;
  }

  private static void finish(byte[] b, char flag) {
    b[156] = (byte) flag;
    text(b, 257, 8, "ustar\00000");
    Arrays.fill(b, 148, 156, (byte) ' ');
    octal(b, 148, 7, TarHeader.sum(b, 0));
  }
}
