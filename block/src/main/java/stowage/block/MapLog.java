package stowage.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import stowage.base.StowageException.Corrupt;

/**
 * The file that says durably which blocks a layer holds: a header, then batches of bits, each with
 * its number and a CRC. A crash leaves a prefix of the batches; what follows the last whole one is
 * cut off when the file is opened. docs/formats/block.md has the bytes.
 *
 * <p>For one thread at a time.
 */
final class MapLog implements Closeable {
  static final int HEADER_BYTES = 64;
  private static final long MAGIC = 0x31_50_41_4d_47_57_54_53L; // "STWGMAP1" in little endian
  private static final int VERSION = 1;
  private static final int CRC_BYTES = 4;
  private static final int BATCH_HEAD_BYTES = 12; // seq, count
  private static final int WORD_BYTES = 12; // index, bits

  /** Words in a batch, at most; more make several. */
  static final int WORDS_MAX = 4096;

  private static final int BATCH_BYTES_MAX = BATCH_HEAD_BYTES + WORDS_MAX * WORD_BYTES + CRC_BYTES;

  private final RandomFile file;
  private final long id;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer seed = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  private ByteBuffer batch = buffer(1024);
  private long end = HEADER_BYTES;
  private long nextSeq = 1;

  private MapLog(RandomFile file, long id) {
    this.file = file;
    this.id = id;
    seed.putLong(0, id);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Starts the log of layer {@code id} in an empty file; durable when it returns. */
  static MapLog create(RandomFile file, long id, int blockBytes, long sizeBytes)
      throws IOException {
    var log = new MapLog(file, id);
    ByteBuffer header = buffer(HEADER_BYTES);
    header.putLong(MAGIC).putInt(VERSION).putInt(blockBytes).putLong(id).putLong(sizeBytes);
    header.putInt(HEADER_BYTES - CRC_BYTES, crcOf(header.slice(0, HEADER_BYTES - CRC_BYTES)));
    file.write(0, header.clear());
    file.sync();
    return log;
  }

  private static int crcOf(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /**
   * Opens a log, sets its bits and cuts off what a crash left of a batch. All it has set is durable
   * when this returns.
   *
   * @param name for people
   * @throws Corrupt if it is not the log of that layer
   */
  static MapLog open(RandomFile file, String name, long id, int blockBytes, BlockBits bits)
      throws IOException {
    var log = new MapLog(file, id);
    ByteBuffer header = buffer(HEADER_BYTES);
    file.read(0, header);
    header.flip();
    boolean sound =
        header.getLong(0) == MAGIC
            && header.getInt(8) == VERSION
            && header.getInt(12) == blockBytes
            && header.getLong(16) == id
            && header.getInt(HEADER_BYTES - CRC_BYTES)
                == crcOf(header.slice(0, HEADER_BYTES - CRC_BYTES));
    if (!sound) {
      throw new Corrupt("%s is not the map of layer %016x".formatted(name, id), null);
    }
    long size = file.size();
    while (log.replay(size, bits)) {}
    if (log.end < size) {
      file.resize(log.end);
    }
    // After a kill (not a power cut) the last batch may be whole but in memory only. It is believed
    // from now on, so it must not be lost by a later power cut.
    file.sync();
    return log;
  }

  /** Reads the next batch; false where there is no whole one. */
  private boolean replay(long size, BlockBits bits) throws IOException {
    if (size - end < BATCH_HEAD_BYTES + CRC_BYTES) {
      return false;
    }
    readTo(0, BATCH_HEAD_BYTES);
    int count = batch.getInt(8);
    if (batch.getLong(0) != nextSeq || count < 1 || count > WORDS_MAX) {
      return false;
    }
    int bytes = BATCH_HEAD_BYTES + count * WORD_BYTES;
    if (size - end < bytes + CRC_BYTES) {
      return false;
    }
    room(bytes + CRC_BYTES);
    readTo(0, bytes + CRC_BYTES);
    if (batch.getInt(bytes) != batchCrc(bytes)) {
      return false;
    }
    for (int at = BATCH_HEAD_BYTES; at < bytes; at += WORD_BYTES) {
      bits.load(batch.getInt(at), batch.getLong(at + 4));
    }
    end += bytes + CRC_BYTES;
    nextSeq++;
    return true;
  }

  private void readTo(int position, int bytes) throws IOException {
    batch.limit(bytes).position(position);
    file.read(end, batch);
    batch.clear();
  }

  private int batchCrc(int bytes) {
    crc.reset();
    crc.update(seed.clear());
    crc.update(batch.limit(bytes).position(0));
    batch.clear();
    return (int) crc.getValue();
  }

  private void room(int bytes) {
    if (batch.capacity() < bytes) {
      assert bytes <= BATCH_BYTES_MAX;
      batch = buffer(Math.min(BATCH_BYTES_MAX, Math.max(bytes, 2 * batch.capacity())));
    }
  }

  /**
   * Appends words of bits and makes them durable. When it failed for want of room ({@link
   * stowage.store.DiskFull}) nothing was appended and it may be tried again; after any other
   * failure the log must not be used.
   */
  void append(FreshBits words) throws IOException {
    long before = end;
    long seqBefore = nextSeq;
    try {
      for (int from = 0; from < words.count(); from += WORDS_MAX) {
        appendBatch(words, from, Math.min(words.count(), from + WORDS_MAX));
      }
    } catch (stowage.store.DiskFull e) {
      end = before;
      nextSeq = seqBefore;
      file.resize(before);
      throw e;
    }
    file.sync();
  }

  private void appendBatch(FreshBits words, int from, int to) throws IOException {
    int bytes = BATCH_HEAD_BYTES + (to - from) * WORD_BYTES;
    room(bytes + CRC_BYTES);
    batch.putLong(0, nextSeq).putInt(8, to - from);
    for (int i = from, at = BATCH_HEAD_BYTES; i < to; i++, at += WORD_BYTES) {
      batch.putInt(at, words.index(i)).putLong(at + 4, words.bits(i));
    }
    batch.putInt(bytes, batchCrc(bytes));
    file.write(end, batch.limit(bytes + CRC_BYTES).position(0));
    batch.clear();
    end += bytes + CRC_BYTES;
    nextSeq++;
  }

  /** Bytes of whole batches and the header. */
  long size() {
    return end;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return "map of layer %016x".formatted(id);
  }
}
