package stowage.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A tar written entry by entry: ustar where an entry fits it, PAX records where it does not, so
 * that the same entries always give the same bytes. Names are written byte for byte; xattrs as
 * {@code SCHILY.xattr.*}. Docker, GNU tar, bsdtar and Python read it.
 *
 * <p>Not safe for several threads.
 */
public final class TarWriter implements AutoCloseable {
  /** Writes to {@code to}, which stays open when this is closed. */
  public TarWriter(OutputStream to) {}

  /**
   * Writes an entry without data, or the header of one whose {@link TarEntry#size} bytes follow
   * through {@link #write}. A directory's name gets its trailing slash. {@code dataOffset} and the
   * extents are not looked at: a sparse file is written with its holes as zeroes.
   */
  public void add(TarEntry entry) throws IOException {
    throw new AssertionError("comes next");
  }

  /** Writes an entry with its data, of which there must be exactly {@link TarEntry#size} bytes. */
  public void add(TarEntry entry, InputStream data) throws IOException {
    throw new AssertionError("comes next");
  }

  /** Writes the next bytes of the data of the entry last added. */
  public void write(byte[] bytes, int from, int to) throws IOException {
    throw new AssertionError("comes next");
  }

  /** Where the next byte goes, from the start of the tar: an entry's {@code dataOffset}. */
  public long position() {
    throw new AssertionError("comes next");
  }

  /** Writes the end blocks. Without this the tar is cut off; an error leaves it so. */
  @Override
  public void close() throws IOException {
    throw new AssertionError("comes next");
  }
}
