package stowage.oci;

import java.util.ArrayList;
import java.util.List;
import stowage.oci.TarEntry.Extent;

/**
 * A sparse file's map while it is read: the extents in the dialects' forms, checked as they come.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_section/Sparse-Formats.html">GNU tar,
 *     "Storing Sparse Files"</a>
 */
final class TarSparse {
  /** Old GNU: extents in the header, extents in an extension block, bytes of a number. */
  private static final int IN_HEADER = 4;

  private static final int IN_EXTENSION = 21;
  private static final int NUMBER = 12;
  private static final int HEADER_MAP_AT = 386;
  private static final int HEADER_MORE_AT = 482;
  private static final int REAL_SIZE_AT = 483;
  private static final int EXTENSION_MORE_AT = 504;

  private final String entry;
  private final long size;
  private final List<Extent> extents = new ArrayList<>();
  private long end; // of the last extent, in the file
  private long data; // bytes of all extents

  // the text form's state: the number being read, and the numbers still to come
  private long number;
  private int digits;
  private long toCome = -1;
  private long offset = -1;

  /** A map of a file of {@code size} bytes. */
  TarSparse(String entry, long size) {
    if (size < 0) {
      throw TarText.refuse(entry, "a negative size");
    }
    this.entry = entry;
    this.size = size;
  }

  /** Starts an old GNU map with what the header block says. */
  static TarSparse oldGnu(byte[] b, int at, String entry) {
    long size = TarNumbers.field(b, at + REAL_SIZE_AT, NUMBER, entry, "real size");
    var sparse = new TarSparse(entry, size);
    sparse.numbers(b, at + HEADER_MAP_AT, IN_HEADER);
    return sparse;
  }

  static boolean oldGnuGoesOn(byte[] b, int at) {
    return b[at + HEADER_MORE_AT] != 0;
  }

  /** Takes an old GNU extension block; true if another follows. */
  boolean extension(byte[] b, int at) {
    numbers(b, at, IN_EXTENSION);
    return b[at + EXTENSION_MORE_AT] != 0;
  }

  private void numbers(byte[] b, int at, int count) {
    for (int i = 0; i < count; i++) {
      int from = at + i * 2 * NUMBER;
      if (b[from] == 0 || b[from + NUMBER] == 0) {
        return; // an unused slot ends the map
      }
      add(
          TarNumbers.field(b, from, NUMBER, entry, "sparse offset"),
          TarNumbers.field(b, from + NUMBER, NUMBER, entry, "sparse size"));
    }
  }

  /** Takes a PAX 0.0 or 0.1 map, numbers by turns. */
  void numbers(List<String> numbers) {
    if (numbers.size() % 2 != 0) {
      throw TarText.refuse(entry, "the sparse map ends in the middle");
    }
    for (int i = 0; i < numbers.size(); i += 2) {
      add(
          TarNumbers.decimal(numbers.get(i), entry, "sparse offset"),
          TarNumbers.decimal(numbers.get(i + 1), entry, "sparse size"));
    }
  }

  /** Takes the next block of a PAX 1.0 map, decimal lines before the data; true if more follows. */
  boolean text(byte[] b, int at) {
    for (int i = at; i < at + TarHeader.BLOCK; i++) {
      int digit = b[i] - '0';
      if (b[i] == '\n' && digits > 0) {
        line(number);
        number = 0;
        digits = 0;
        if (toCome == 0) {
          return false;
        }
      } else if (digit >= 0 && digit <= 9 && digits < 19) {
        number = number * 10 + digit;
        digits++;
      } else {
        throw TarText.refuse(entry, "the sparse map has a line that is no number");
      }
    }
    return true;
  }

  private void line(long value) {
    if (toCome < 0) {
      if (value < 0 || value > TarLimits.EXTENTS) {
        throw tooMany();
      }
      toCome = 2 * value;
    } else if (offset < 0) {
      offset = value;
      toCome--;
      if (value < 0) {
        throw TarText.refuse(entry, "a sparse offset of more than 63 bits");
      }
    } else {
      add(offset, value);
      offset = -1;
      toCome--;
    }
  }

  private void add(long offset, long length) {
    if (offset < end || length < 0 || length > size - offset) {
      throw TarText.refuse(
          entry,
          "a sparse extent of %d bytes at %d does not fit behind %d in a file of %d bytes"
              .formatted(length, offset, end, size));
    }
    if (extents.size() == TarLimits.EXTENTS) {
      throw tooMany();
    }
    end = offset + length;
    data += length;
    if (length > 0) {
      extents.add(new Extent(offset, length));
    }
  }

  private RuntimeException tooMany() {
    return TarText.refuse(entry, "more than " + TarLimits.EXTENTS + " sparse extents");
  }

  /** The file's size, holes included. */
  long size() {
    return size;
  }

  /** The map; {@code stored} is the bytes of data that follow, which must be the extents' own. */
  List<Extent> finish(long stored) {
    if (data != stored) {
      throw TarText.refuse(
          entry, "the sparse map has %d bytes, the entry %d".formatted(data, stored));
    }
    return List.copyOf(extents);
  }
}
