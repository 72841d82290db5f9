package stowage.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import stowage.base.StowageException.Corrupt;

/**
 * Extended attributes as EROFS keeps them inline behind an inode: a 12-byte header, then for each a
 * length of the name, an index that stands for the name's prefix, a length of the value, name,
 * value, padded to 4 bytes.
 *
 * @see <a href="https://docs.kernel.org/filesystems/erofs.html">EROFS</a>, erofs_fs.h
 */
final class ErofsXattrs {
  static final byte[] NONE = {};

  private static final int HEADER = 12;
  private static final int ENTRY = 4;

  /** Bytes of all of an inode's attributes: the kernel counts them in 4-byte units in 16 bits. */
  static final int BYTES_MAX = HEADER + 4 * 0xfffe;

  private static final String OPAQUE = "trusted.overlay.opaque";

  /** The prefixes by index; an empty one is not used. */
  private static final String[] PREFIXES = {
    "", "user.", "system.posix_acl_access", "system.posix_acl_default", "trusted.", "", "security."
  };

  private ErofsXattrs() {}

  /**
   * Encodes attributes, sorted by name. One whose name no filesystem of Linux would take is left
   * out, as {@code tar -x} leaves it out.
   *
   * @throws Corrupt if they are more than an inode can have
   */
  static byte[] encode(Map<String, String> xattrs, String what) {
    if (xattrs.isEmpty()) {
      return NONE;
    }
    var sorted = new TreeMap<String, String>();
    int bytes = HEADER;
    for (var xattr : xattrs.entrySet()) {
      int prefix = prefix(xattr.getKey());
      if (prefix > 0) {
        sorted.put(xattr.getKey(), xattr.getValue());
        bytes += size(xattr.getKey().length() - PREFIXES[prefix].length(), xattr.getValue());
      }
      if (xattr.getValue().length() > 0xffff || bytes > BYTES_MAX) {
        throw new Corrupt(what + ": its extended attributes are too large", null);
      }
    }
    return sorted.isEmpty() ? NONE : encode(sorted, bytes);
  }

  private static byte[] encode(Map<String, String> sorted, int bytes) {
    var to = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    to.position(HEADER);
    for (var xattr : sorted.entrySet()) {
      int prefix = prefix(xattr.getKey());
      var name = xattr.getKey().substring(PREFIXES[prefix].length());
      to.put((byte) name.length()).put((byte) prefix).putShort((short) xattr.getValue().length());
      to.put(name.getBytes(ISO_8859_1)).put(xattr.getValue().getBytes(ISO_8859_1));
      to.position(padded(to.position()));
    }
    return to.array();
  }

  /**
   * Decodes what {@link #encode} made.
   *
   * @throws Corrupt if it is something else
   */
  static Map<String, String> decode(byte[] xattrs, String what) {
    var map = new LinkedHashMap<String, String>();
    var from = ByteBuffer.wrap(xattrs).order(ByteOrder.LITTLE_ENDIAN);
    int at = HEADER;
    while (at < xattrs.length) {
      if (at + ENTRY > xattrs.length) {
        throw bad(what);
      }
      int nameSize = from.get(at) & 0xff;
      int prefix = from.get(at + 1);
      int valueSize = from.getShort(at + 2) & 0xffff;
      int end = at + ENTRY + nameSize + valueSize;
      if (end > xattrs.length || prefix <= 0 || prefix >= PREFIXES.length) {
        throw bad(what);
      }
      var name = new String(xattrs, at + ENTRY, nameSize, ISO_8859_1);
      var value = new String(xattrs, at + ENTRY + nameSize, valueSize, ISO_8859_1);
      map.put(PREFIXES[prefix] + name, value);
      at = padded(end);
    }
    return map;
  }

  /** The same attributes, and overlayfs's mark that a directory hides what is below it. */
  static byte[] withOpaque(byte[] xattrs) {
    var map = new LinkedHashMap<>(decode(xattrs, "extended attributes"));
    map.put(OPAQUE, "y");
    return encode(map, "extended attributes");
  }

  /** Whether overlayfs takes a directory with these for opaque. */
  static boolean isOpaque(Map<String, String> xattrs) {
    return xattrs.getOrDefault(OPAQUE, "").equals("y");
  }

  /** Whether a name is one of overlayfs's own, which a layer's author has no business to set. */
  static boolean isControl(String name) {
    return name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.");
  }

  private static int prefix(String name) {
    for (int i = 1; i < PREFIXES.length; i++) {
      boolean whole = i == 2 || i == 3;
      var prefix = PREFIXES[i];
      if (whole ? name.equals(prefix) : !prefix.isEmpty() && isBelow(name, prefix)) {
        return i;
      }
    }
    return 0;
  }

  private static boolean isBelow(String name, String prefix) {
    int rest = name.length() - prefix.length();
    return rest > 0 && rest <= 0xff && name.startsWith(prefix);
  }

  private static int size(int nameSize, String value) {
    return padded(ENTRY + nameSize + value.length());
  }

  private static int padded(int size) {
    return size + 3 & ~3;
  }

  private static Corrupt bad(String what) {
    return new Corrupt(what + ": damaged extended attributes", null);
  }
}
