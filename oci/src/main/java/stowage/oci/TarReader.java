package stowage.oci;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import stowage.base.StowageException;

/**
 * A tar pulled entry by entry from a stream, each with its data: {@link TarParser} for callers that
 * want the content. Not safe for several threads; closing is the owner's of the stream.
 */
public final class TarReader {
  private static final int BUFFER = 64 << 10;

  private final InputStream source;
  private final TarParser parser = new TarParser();
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private TarEntry entry; // the one last returned, null before the first and after the last
  private long unread; // of its stored data

  /** Reads {@code source} from the start of a tar, in pieces of its own size. */
  public TarReader(InputStream source) {
    this.source = source;
  }

  /**
   * The next entry; data of the one before that was not read is skipped. Empty at the end blocks
   * or the end of the stream.
   *
   * @throws StowageException.Corrupt with the entry's name and what is wrong
   */
  public Optional<TarEntry> next() throws IOException {
    entry = null;
    skipUnread();
    while (!parser.isAtEnd()) {
      if (from == to && !refill()) {
        parser.end();
        return Optional.empty();
      }
      from = parser.step(buffer, from, to);
      entry = parser.take();
      if (entry != null) {
        unread = entry.dataSize();
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** Steps over large data by skipping, which costs nothing where the source is a file. */
  private void skipUnread() throws IOException {
    int buffered = (int) Math.min(unread, to - from);
    from += buffered;
    parser.skipped(buffered);
    unread -= buffered;
    long skipped = 1;
    while (unread >= BUFFER && skipped > 0) {
      skipped = source.skip(unread);
      parser.skipped(skipped);
      unread -= skipped;
    }
    unread = 0; // the parser knows what is left
  }

  /** Reads more when the buffer is used up; false at the end of the stream. */
  private boolean refill() throws IOException {
    from = 0;
    to = Math.max(0, source.read(buffer, 0, BUFFER));
    return to > 0;
  }

  /**
   * The data of the entry last returned as its reader sees it, holes as zeroes; valid until the
   * next call of {@link #next}. It ends after {@link TarEntry#size} bytes, which a sparse entry may
   * claim to be any number; a stream that ends before that is a {@link StowageException.Corrupt}
   * with the entry's name.
   */
  public InputStream data() {
    Objects.requireNonNull(entry, "no entry");
    return entry.isSparse() ? new SparseStream(entry, storedData()) : storedData();
  }

  /** The same as stored: {@link TarEntry#dataSize} bytes, a sparse file's extents one by one. */
  public InputStream storedData() {
    Objects.requireNonNull(entry, "no entry");
    return new StoredData(entry);
  }

  /** Reads and drops what follows the end blocks, for a caller that needs the stream's end. */
  public void drain() throws IOException {
    while (from < to || refill()) {
      from = to;
    }
  }

  private int read(byte[] bytes, int at, int length) throws IOException {
    if (unread == 0) {
      return -1;
    }
    int wanted = (int) Math.min(unread, length);
    int n;
    if (from == to && wanted >= BUFFER) {
      n = source.read(bytes, at, wanted); // large reads pass the buffer by
    } else {
      n = from < to || refill() ? Math.min(to - from, wanted) : -1;
      if (n > 0) {
        System.arraycopy(buffer, from, bytes, at, n);
        from += n;
      }
    }
    if (n < 0) {
      parser.end(); // says what is truncated
      throw new AssertionError("the stream ended in an entry's data, and the parser did not mind");
    }
    unread -= n;
    parser.skipped(n);
    return n;
  }

  /** The stored bytes of one entry, as long as it is the reader's. */
  private final class StoredData extends InputStream {
    private final TarEntry of;

    StoredData(TarEntry of) {
      this.of = of;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      Objects.checkFromIndexSize(at, length, bytes.length);
      if (entry != of) {
        throw new IOException("the data of " + of.displayName() + " is behind the reader");
      }
      return length == 0 ? 0 : TarReader.this.read(bytes, at, length);
    }

    @Override
    public int available() {
      return entry == of ? (int) Math.min(unread, to - from) : 0;
    }
  }
}
