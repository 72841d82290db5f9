package stowage.oci;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import stowage.base.StowageException;

/**
 * A tar pulled entry by entry from a stream, each with its data: {@link TarParser} for callers that
 * want the content. Not safe for several threads; closing is the owner's of the stream.
 */
public final class TarReader {
  /** Reads {@code source} from the start of a tar, in pieces of its own size. */
  public TarReader(InputStream source) {}

  /**
   * The next entry; data of the one before that was not read is skipped. Empty at the end blocks
   * or the end of the stream.
   *
   * @throws StowageException.Corrupt with the entry's name and what is wrong
   */
  public Optional<TarEntry> next() throws IOException {
    throw new AssertionError("comes next");
  }

  /**
   * The data of the entry last returned as its reader sees it, holes as zeroes; valid until the
   * next call of {@link #next}. It ends after {@link TarEntry#size} bytes; a stream that ends before
   * that is a {@link StowageException.Corrupt} with the entry's name.
   */
  public InputStream data() {
    throw new AssertionError("comes next");
  }

  /** The same as stored: {@link TarEntry#dataSize} bytes, a sparse file's extents one by one. */
  public InputStream storedData() {
    throw new AssertionError("comes next");
  }

  /** Reads and drops what follows the end blocks, for a caller that needs the stream's end. */
  public void drain() throws IOException {
    throw new AssertionError("comes next");
  }
}
