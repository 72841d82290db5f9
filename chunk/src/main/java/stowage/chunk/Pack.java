package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import stowage.store.DiskFile;

/**
 * A sealed pack: a file of objects with a sorted index at its end, which never changes.
 *
 * @param name of the file in {@link #FOLDER}
 * @param sizeBytes of the file
 * @param indexOffset where the index begins
 * @param count how many lines it has
 * @param salvaged the lines, where the index in the file is damaged and the objects were looked for
 *     one by one; else null
 */
record Pack(String name, long sizeBytes, long indexOffset, int count, List<Entry> salvaged) {
  static final String FOLDER = "packs";
  static final int HEADER_BYTES = 16;
  static final int FOOTER_BYTES = 32;

  private static final long HEADER_MAGIC = 0x53544f575041434bL; // STOWPACK
  private static final long FOOTER_MAGIC = 0x53544f575441494cL; // STOWTAIL
  private static final int VERSION = 1;

  /** Larger ones are not ours. */
  private static final long SIZE_MAX = Integer.MAX_VALUE;

  static ByteBuffer header() {
    var header = ByteBuffer.allocate(HEADER_BYTES).putLong(0, HEADER_MAGIC).putInt(8, VERSION);
    return header.putInt(12, Entry.crc(header, 0, 12));
  }

  /** The index with the footer behind it. */
  static ByteBuffer index(List<Entry> sorted, long indexOffset) {
    int size = sorted.size() * Entry.INDEX_BYTES;
    var bytes = ByteBuffer.allocate(size + FOOTER_BYTES);
    for (int i = 0; i < sorted.size(); i++) {
      sorted.get(i).writeIndex(bytes, i * Entry.INDEX_BYTES);
    }
    bytes
        .putLong(size, FOOTER_MAGIC)
        .putInt(size + 8, VERSION)
        .putInt(size + 12, sorted.size())
        .putLong(size + 16, indexOffset)
        .putInt(size + 24, Entry.crc(bytes, 0, size));
    return bytes.putInt(size + 28, Entry.crc(bytes, size, size + 28));
  }

  static boolean isHeaderGood(ByteBuffer bytes) {
    return bytes.remaining() >= HEADER_BYTES && bytes.slice(0, HEADER_BYTES).equals(header());
  }

  /** Opens a pack, by its index if that is good, else by its objects. */
  static Pack open(String name, DiskFile file) throws IOException {
    long size = file.size();
    var index = readIndex(file);
    if (index != null) {
      int count = index.size();
      long offset = size - FOOTER_BYTES - (long) count * Entry.INDEX_BYTES;
      return new Pack(name, size, offset, count, null);
    }
    var found = scan(file);
    return new Pack(name, size, size, found.size(), List.copyOf(found));
  }

  /** One of which nothing can be read. */
  static Pack unreadable(String name) {
    return new Pack(name, 0, 0, 0, List.of());
  }

  /** The lines of the index at a pack's end; null if it is damaged. */
  static List<Entry> readIndex(DiskFile file) throws IOException {
    long size = file.size();
    if (size < HEADER_BYTES + FOOTER_BYTES || size > SIZE_MAX) {
      return null;
    }
    var footer = ByteBuffer.allocate(FOOTER_BYTES);
    readFully(file, footer, size - FOOTER_BYTES);
    int count = footer.getInt(12);
    long offset = footer.getLong(16);
    if (footer.getLong(0) != FOOTER_MAGIC
        || footer.getInt(28) != Entry.crc(footer, 0, 28)
        || footer.getInt(8) != VERSION
        || offset + (long) count * Entry.INDEX_BYTES != size - FOOTER_BYTES) {
      return null;
    }
    var lines = ByteBuffer.allocate(count * Entry.INDEX_BYTES);
    readFully(file, lines, offset);
    if (footer.getInt(24) != Entry.crc(lines, 0, lines.capacity())) {
      return null;
    }
    var entries = new Entry[count];
    for (int i = 0; i < count; i++) {
      entries[i] = Entry.readIndex(lines, i * Entry.INDEX_BYTES);
      if (entries[i] == null) {
        return null;
      }
    }
    return Arrays.asList(entries);
  }

  /** All lines, from wherever they are known. */
  List<Entry> entries(DiskFile file) throws IOException {
    if (salvaged != null) {
      return salvaged;
    }
    var lines = readIndex(file);
    if (lines == null) {
      throw new IOException("the index of pack " + name + " is damaged");
    }
    return lines;
  }

  /** One line; null if it is damaged. */
  Entry entry(DiskFile file, int number) throws IOException {
    if (salvaged != null) {
      return salvaged.get(number);
    }
    var line = ByteBuffer.allocate(Entry.INDEX_BYTES);
    readFully(file, line, indexOffset + (long) number * Entry.INDEX_BYTES);
    return Entry.readIndex(line, 0);
  }

  /**
   * Looks for objects from a file's start on, whatever else is damaged: after a header that is none
   * the next one is searched. Their payloads are not looked at. The first of each name counts.
   */
  static List<Entry> scan(DiskFile file) throws IOException {
    int size = Math.toIntExact(Math.min(file.size(), SIZE_MAX));
    var found = new ArrayList<Entry>();
    Set<Name> names = new HashSet<>();
    var window = ByteBuffer.allocate(64 << 10);
    long windowAt = 0;
    window.limit(0);
    for (long at = HEADER_BYTES; at + Entry.HEADER_BYTES <= size; ) {
      if (at < windowAt || at + Entry.HEADER_BYTES > windowAt + window.limit()) {
        windowAt = at;
        window.clear().limit((int) Math.min(window.capacity(), size - at));
        readFully(file, window, at);
      }
      var entry = Entry.readHeader(window, (int) (at - windowAt), (int) at);
      if (entry != null && at + Entry.HEADER_BYTES + entry.stored() <= size) {
        if (names.add(entry.name())) {
          found.add(entry);
        }
        at += Entry.HEADER_BYTES + entry.stored();
      } else {
        at++;
      }
    }
    return found;
  }

  /** Reads an object's header and payload to the start of {@code object}. */
  static void readObject(DiskFile file, Entry entry, ByteBuffer object) throws IOException {
    object.clear().limit(Entry.HEADER_BYTES + entry.stored());
    readFully(file, object, entry.offset());
    object.flip();
  }

  /** Whether those are the bytes that were once written for that line. */
  static boolean isGood(ByteBuffer object, Entry entry) {
    var header = Entry.readHeader(object, 0, entry.offset());
    return entry.equals(header) && Entry.isPayloadGood(object, 0, entry);
  }

  static void readFully(DiskFile file, ByteBuffer to, long offset) throws IOException {
    int start = to.position();
    while (to.hasRemaining()) {
      if (file.read(to, offset + to.position() - start) < 0) {
        throw new IOException("the file ends at %d".formatted(offset + to.position() - start));
      }
    }
  }
}
