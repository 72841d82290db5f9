package stowage.oci;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import stowage.oci.TarEntry.Extent;
import stowage.oci.TarEntry.Type;

/** An entry while its headers come in: the extended ones before it, then its own block. */
final class TarDraft {
  private static final long ID_MAX = 0xFFFF_FFFEL; // 2^32-1 is "no id" to the kernel
  private static final int MAJOR_MAX = 0xFFF;
  private static final int MINOR_MAX = 0xF_FFFF;

  // what came before the entry's own block, null when it did not
  PaxHeader pax;
  String longName;
  String longLink;

  private String name = "";
  private Type type = Type.FILE;
  private int mode;
  private long uid;
  private long gid;
  private long stored; // bytes of data in the stream
  private long mtimeSeconds;
  private int mtimeNanos;
  private String link = "";
  private int major;
  private int minor;
  private TarSparse sparse; // null unless sparse

  /** Whether extended headers wait for their entry. */
  boolean isBegun() {
    return pax != null || longName != null || longLink != null;
  }

  /** Forgets it all, for the next entry. */
  void clear() {
    pax = null;
    longName = null;
    longLink = null;
    sparse = null;
  }

  String name() {
    return name;
  }

  Type type() {
    return type;
  }

  /** Bytes of data the stream has next. */
  long stored() {
    return stored;
  }

  /** A map that is still to be read from the stream, or null. */
  TarSparse sparse() {
    return sparse;
  }

  /** Takes the entry's own block. {@code global} is null or what global PAX headers say. */
  void read(byte[] b, int at, PaxHeader global) {
    pax = pax == null ? global : pax;
    name = readName(b, at);
    checkPath(name, name);
    type = readType(b, at);
    mode = (int) TarHeader.mode(b, at, name) & 07777;
    uid = id(pax("uid"), TarHeader.uid(b, at, name), "uid");
    gid = id(pax("gid"), TarHeader.gid(b, at, name), "gid");
    stored = readSize(b, at);
    readTime(b, at);
    readLink(b, at);
    readDevice(b, at);
  }

  private String pax(String keyword) {
    return pax == null ? null : pax.value(keyword);
  }

  private String readName(byte[] b, int at) {
    String sparseName = pax("GNU.sparse.name");
    if (sparseName != null) {
      return sparseName;
    }
    if (longName != null) {
      return longName;
    }
    String path = pax("path");
    return path != null ? path : TarHeader.name(b, at);
  }

  private static void checkPath(String path, String entry) {
    if (path.isEmpty()) {
      throw TarText.refuse(entry, "it has no name");
    }
    if (path.length() > TarLimits.PATH) {
      throw TarText.refuse(entry, "a name longer than " + TarLimits.PATH + " bytes");
    }
    if (path.length() <= TarLimits.COMPONENT) {
      return;
    }
    int part = 0;
    for (int i = 0; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '/') {
        if (i - part > TarLimits.COMPONENT) {
          throw TarText.refuse(
              entry, "a part of the name is longer than " + TarLimits.COMPONENT + " bytes");
        }
        part = i + 1;
      }
    }
  }

  private Type readType(byte[] b, int at) {
    byte flag = TarHeader.flag(b, at);
    return switch (flag) {
      case 0 -> name.endsWith("/") ? Type.DIRECTORY : Type.FILE; // v7 had no directories
      case '0', '7', 'S' -> Type.FILE;
      case '1' -> Type.HARD_LINK;
      case '2' -> Type.SYMLINK;
      case '3' -> Type.CHARACTER_DEVICE;
      case '4' -> Type.BLOCK_DEVICE;
      case '5' -> Type.DIRECTORY;
      case '6' -> Type.FIFO;
      default ->
          throw TarText.refuse(
              name, "an unknown type of entry: " + TarText.display("" + (char) (flag & 0xff)));
    };
  }

  private long id(String said, long header, String field) {
    long id = said == null ? header : TarNumbers.decimal(said, name, field);
    if (id < 0 || id > ID_MAX) {
      throw TarText.refuse(name, "%s %d is not in 0 to %d".formatted(field, id, ID_MAX));
    }
    return id;
  }

  private long readSize(byte[] b, int at) {
    String said = pax("size");
    long size =
        said == null
            ? TarHeader.size(b, at, name)
            : TarNumbers.decimal(said, name, "size");
    if (size < 0) {
      throw TarText.refuse(name, "a negative size: " + size);
    }
    return size;
  }

  private void readTime(byte[] b, int at) {
    String said = pax("mtime");
    mtimeSeconds =
        said == null ? TarHeader.mtime(b, at, name) : TarNumbers.seconds(said, name);
    mtimeNanos = said == null ? 0 : TarNumbers.nanos(said, name);
  }

  private void readLink(byte[] b, int at) {
    link = "";
    if (type != Type.HARD_LINK && type != Type.SYMLINK) {
      return;
    }
    String path = pax("linkpath");
    link = longLink != null ? longLink : path != null ? path : TarHeader.link(b, at);
    if (link.isEmpty()) {
      throw TarText.refuse(name, "a link to nothing");
    }
    if (type == Type.HARD_LINK) {
      checkPath(link, name);
    } else if (link.length() > TarLimits.SYMLINK) {
      throw TarText.refuse(
          name, "a link's target longer than " + TarLimits.SYMLINK + " bytes");
    }
  }

  private void readDevice(byte[] b, int at) {
    boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    major = device ? number(TarHeader.deviceMajor(b, at, name), MAJOR_MAX, "major") : 0;
    minor = device ? number(TarHeader.deviceMinor(b, at, name), MINOR_MAX, "minor") : 0;
  }

  private int number(long value, int max, String which) {
    if (value < 0 || value > max) {
      throw TarText.refuse(name, "device %s %d is not in 0 to %d".formatted(which, value, max));
    }
    return (int) value;
  }

  /**
   * Looks for a sparse map: true if blocks of it follow the header, before the data. To be called
   * after {@link #read}.
   */
  boolean readSparse(byte[] b, int at) {
    if (TarHeader.flag(b, at) == 'S') {
      if (!TarHeader.isGnu(b, at)) {
        throw TarText.refuse(name, "a sparse file that is not GNU's");
      }
      sparse = TarSparse.oldGnu(b, at, name);
      return TarSparse.oldGnuGoesOn(b, at);
    }
    if (pax == null || type != Type.FILE) {
      return false;
    }
    String version = pax("GNU.sparse.major") + "." + pax("GNU.sparse.minor");
    return switch (version) {
      case "1.0" -> {
        sparse = new TarSparse(name, sparseSize("GNU.sparse.realsize"));
        yield true;
      }
      case "null.null", "0.0", "0.1" -> {
        readSparseRecords();
        yield false;
      }
      default -> throw TarText.refuse(name, "an unknown sparse format: " + version);
    };
  }

  private void readSparseRecords() {
    String map = pax("GNU.sparse.map");
    List<String> numbers =
        map == null ? pax.sparseNumbers() : Arrays.asList(map.split(",", -1));
    if (map == null && pax("GNU.sparse.numblocks") == null) {
      return;
    }
    String count = pax("GNU.sparse.numblocks");
    if (count != null && TarNumbers.decimal(count, name, "sparse count") * 2 != numbers.size()) {
      throw TarText.refuse(
          name, "%d sparse numbers for %s extents".formatted(numbers.size(), count));
    }
    sparse = new TarSparse(name, sparseSize("GNU.sparse.size"));
    sparse.numbers(numbers);
  }

  private long sparseSize(String keyword) {
    String other = pax("GNU.sparse.realsize");
    String size = pax(keyword) == null && other != null ? other : pax(keyword);
    if (size == null) {
      throw TarText.refuse(name, "a sparse file without " + keyword);
    }
    return TarNumbers.decimal(size, name, keyword);
  }

  /** Counts a block of the map off the data: PAX 1.0 keeps it there. */
  void sparseBlock() {
    stored -= TarHeader.BLOCK;
    if (stored < 0) {
      throw TarText.refuse(name, "the sparse map is longer than the entry");
    }
  }

  /** The entry, all headers read; its data starts at {@code offset}. */
  TarEntry entry(long offset) {
    boolean file = type == Type.FILE;
    long data = file ? stored : 0;
    List<Extent> extents = sparse == null ? List.of() : sparse.finish(data);
    Map<String, String> xattrs = pax == null ? Map.of() : pax.xattrs();
    return new TarEntry(
        name,
        type,
        mode,
        uid,
        gid,
        sparse == null ? data : sparse.size(),
        offset,
        data,
        mtimeSeconds,
        mtimeNanos,
        link,
        xattrs,
        major,
        minor,
        extents);
  }
}
