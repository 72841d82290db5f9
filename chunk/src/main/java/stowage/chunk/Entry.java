package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One object in a pack, as its header and the pack's index tell of it; see docs/formats/chunks.md.
 *
 * @param offset of the header in the pack
 * @param stored bytes of payload behind the header
 * @param raw bytes before coding
 * @param coding the sum of {@link #ZSTD} and {@link #SEALED} where they apply
 */
record Entry(Name name, int offset, int stored, int raw, Kind kind, int coding) {
  /** The payload is one zstd frame. */
  static final int ZSTD = 1;

  /** The payload, coded before, is encrypted. */
  static final int SEALED = 2;

  static final int HEADER_BYTES = 56;
  static final int INDEX_BYTES = 48;

  /** A payload is never larger: a chunk as it is, with nonce and tag. */
  static final int STORED_MAX = ChunkStore.CHUNK + 64;

  private static final int MAGIC = 0x534f424a; // SOBJ
  private static final int PAYLOAD_CRC = 48;
  private static final int HEADER_CRC = 52;

  /** What an object is. */
  enum Kind {
    CHUNK,
    LEAF
  }

  Entry {
    assert stored <= STORED_MAX && raw <= ChunkStore.CHUNK;
  }

  Entry at(int newOffset) {
    return new Entry(name, newOffset, stored, raw, kind, coding);
  }

  /** Bytes it takes in a pack, its line in the index included. */
  long bytes() {
    return HEADER_BYTES + stored + INDEX_BYTES;
  }

  boolean isSealed() {
    return (coding & SEALED) != 0;
  }

  /** Fills in the header of an object whose payload is behind it already. */
  void writeHeader(ByteBuffer object) {
    object
        .putInt(0, MAGIC)
        .put(4, (byte) (kind.ordinal() + 1))
        .put(5, (byte) coding)
        .putShort(6, (short) 0)
        .putInt(8, stored)
        .putInt(12, raw);
    name.write(object, 16);
    object.putInt(PAYLOAD_CRC, crc(object, HEADER_BYTES, HEADER_BYTES + stored));
    object.putInt(HEADER_CRC, crc(object, 0, HEADER_CRC));
  }

  /** Reads a header; null if it is none, or damaged. */
  static Entry readHeader(ByteBuffer from, int at, int offset) {
    if (from.getInt(at) != MAGIC
        || from.getInt(at + HEADER_CRC) != crc(from, at, at + HEADER_CRC)) {
      return null;
    }
    return checked(
        Name.read(from, at + 16),
        offset,
        from.getInt(at + 8),
        from.getInt(at + 12),
        from.get(at + 4),
        from.get(at + 5));
  }

  /** Whether the payload behind a header is what was written. */
  static boolean isPayloadGood(ByteBuffer object, int at, Entry entry) {
    int from = at + HEADER_BYTES;
    return object.getInt(at + PAYLOAD_CRC) == crc(object, from, from + entry.stored);
  }

  void writeIndex(ByteBuffer to, int at) {
    name.write(to, at);
    to.putInt(at + 32, offset)
        .putInt(at + 36, stored)
        .putInt(at + 40, raw)
        .put(at + 44, (byte) (kind.ordinal() + 1))
        .put(at + 45, (byte) coding)
        .putShort(at + 46, (short) 0);
  }

  /** Reads a line of an index; null if it cannot be one. */
  static Entry readIndex(ByteBuffer from, int at) {
    return checked(
        Name.read(from, at),
        from.getInt(at + 32),
        from.getInt(at + 36),
        from.getInt(at + 40),
        from.get(at + 44),
        from.get(at + 45));
  }

  private static Entry checked(Name name, int offset, int stored, int raw, int kind, int coding) {
    boolean isSound =
        offset >= 0
            && stored >= 0
            && stored <= STORED_MAX
            && raw > 0
            && raw <= ChunkStore.CHUNK
            && kind >= 1
            && kind <= Kind.values().length
            && (coding & ~(ZSTD | SEALED)) == 0;
    return isSound ? new Entry(name, offset, stored, raw, Kind.values()[kind - 1], coding) : null;
  }

  /** CRC32C of {@code [from, to)}. */
  static int crc(ByteBuffer bytes, int from, int to) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }
}
