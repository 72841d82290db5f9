package stowage.oci;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import stowage.base.ByteStrings;

/**
 * The fields of a header block, where each dialect has them. All methods take the array and where
 * the block starts in it.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Standard.html">GNU tar, "Basic
 *     Tar Format"</a>
 */
final class TarHeader {
  static final int BLOCK = 512;
  static final int NAME = 100;
  static final int LINK = 100;
  static final int PREFIX = 155;
  static final int STAR_PREFIX = 131;

  private static final int LINK_AT = 157;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM = 8;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int STAR_TRAILER_AT = 508;
  private static final int GNU_ATIME_AT = 345;
  private static final int GNU_CTIME_AT = 357;
  private static final long EVEN_BYTES = 0x00FF00FF00FF00FFL;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private TarHeader() {}

  /** The sum of the block's bytes, unsigned; 0 if and only if it is a zero block. */
  static int sum(byte[] b, int at) {
    long lanes = 0; // four 16-bit sums of at most 128 bytes each: no carry from one to the next
    for (int i = 0; i < BLOCK; i += Long.BYTES) {
      long eight = (long) LONGS.get(b, at + i);
      lanes += (eight & EVEN_BYTES) + (eight >>> 8 & EVEN_BYTES);
    }
    return (int)
        ((lanes & 0xFFFF) + (lanes >>> 16 & 0xFFFF) + (lanes >>> 32 & 0xFFFF) + (lanes >>> 48));
  }

  /**
   * Whether the block's checksum is right; {@code sum} is {@link #sum}. Some old tars summed signed
   * bytes; both are right.
   */
  static boolean isSound(byte[] b, int at, int sum) {
    long said = checksum(b, at + CHECKSUM_AT);
    int unsigned = sum + CHECKSUM * ' ';
    for (int i = 0; i < CHECKSUM; i++) {
      unsigned -= b[at + CHECKSUM_AT + i] & 0xff;
    }
    if (said == unsigned) {
      return true;
    }
    int signed = CHECKSUM * ' ';
    for (int i = 0; i < BLOCK; i++) {
      signed += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM ? 0 : b[at + i];
    }
    return said == signed;
  }

  private static long checksum(byte[] b, int from) {
    int i = from;
    int end = from + CHECKSUM;
    while (i < end && (b[i] == ' ' || b[i] == 0)) {
      i++;
    }
    long value = i < end ? 0 : -1;
    for (; i < end && b[i] >= '0' && b[i] <= '7'; i++) {
      value = value << 3 | b[i] - '0';
    }
    return value;
  }

  /** Whether old GNU's fields follow: sparse maps, no prefix. */
  static boolean isGnu(byte[] b, int at) {
    return isUstar(b, at) && b[at + MAGIC_AT + 5] == ' ' && b[at + MAGIC_AT + 6] == ' ';
  }

  private static boolean isUstar(byte[] b, int at) {
    int m = at + MAGIC_AT;
    return b[m] == 'u' && b[m + 1] == 's' && b[m + 2] == 't' && b[m + 3] == 'a' && b[m + 4] == 'r';
  }

  private static boolean isStar(byte[] b, int at) {
    int t = at + STAR_TRAILER_AT;
    return b[t] == 't' && b[t + 1] == 'a' && b[t + 2] == 'r' && b[t + 3] == 0;
  }

  static byte flag(byte[] b, int at) {
    return b[at + 156];
  }

  /** The name with the prefix of the dialects that have one. */
  static String name(byte[] b, int at) {
    String name = text(b, at, NAME);
    if (!isUstar(b, at)) {
      return name;
    }
    boolean prefixed = isGnu(b, at) ? isOldGo(b, at) : b[at + PREFIX_AT] != 0;
    if (!prefixed) {
      return name;
    }
    String prefix = text(b, at + PREFIX_AT, isStar(b, at) ? STAR_PREFIX : PREFIX);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /**
   * Whether a GNU header has a ustar prefix all the same. Go before 1.8, and so Docker of 2016,
   * wrote such headers; their "access time" is no number but printable text.
   */
  private static boolean isOldGo(byte[] b, int at) {
    if (isTime(b, at + GNU_ATIME_AT) && isTime(b, at + GNU_CTIME_AT)) {
      return false;
    }
    for (int i = 0; i < PREFIX && b[at + PREFIX_AT + i] != 0; i++) {
      if (b[at + PREFIX_AT + i] < ' ' || b[at + PREFIX_AT + i] == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTime(byte[] b, int from) {
    if (b[from] < 0) {
      return true; // base 256
    }
    for (int i = from; i < from + 12; i++) {
      if (b[i] != 0 && b[i] != ' ' && (b[i] < '0' || b[i] > '7')) {
        return false;
      }
    }
    return true;
  }

  static String link(byte[] b, int at) {
    return b[at + LINK_AT] == 0 ? "" : text(b, at + LINK_AT, LINK);
  }

  static long mode(byte[] b, int at, String entry) {
    return TarNumbers.field(b, at + 100, 8, entry, "mode");
  }

  static long uid(byte[] b, int at, String entry) {
    return TarNumbers.field(b, at + 108, 8, entry, "uid");
  }

  static long gid(byte[] b, int at, String entry) {
    return TarNumbers.field(b, at + 116, 8, entry, "gid");
  }

  static long size(byte[] b, int at, String entry) {
    return TarNumbers.field(b, at + 124, 12, entry, "size");
  }

  static long mtime(byte[] b, int at, String entry) {
    return TarNumbers.field(b, at + 136, 12, entry, "mtime");
  }

  static long deviceMajor(byte[] b, int at, String entry) {
    return isUstar(b, at) ? TarNumbers.field(b, at + 329, 8, entry, "device major") : 0;
  }

  static long deviceMinor(byte[] b, int at, String entry) {
    return isUstar(b, at) ? TarNumbers.field(b, at + 337, 8, entry, "device minor") : 0;
  }

  /** The bytes up to a NUL or the field's end. */
  static String text(byte[] b, int from, int length) {
    int end = from;
    while (end < from + length && b[end] != 0) {
      end++;
    }
    return ByteStrings.of(b, from, end);
  }
}
