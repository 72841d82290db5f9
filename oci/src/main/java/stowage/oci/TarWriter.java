package stowage.oci;

import static stowage.oci.TarHeader.BLOCK;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import stowage.base.StowageException;

/**
 * A tar written entry by entry: ustar where an entry fits it, PAX records where it does not, so
 * that the same entries always give the same bytes. Names are written byte for byte; xattrs as
 * {@code SCHILY.xattr.*}. Docker, GNU tar, bsdtar and Python read it.
 *
 * <p>Not safe for several threads.
 */
public final class TarWriter implements AutoCloseable {
  private static final int COPY = 64 << 10;

  private final OutputStream to;
  private final byte[] block = new byte[BLOCK];
  private byte[] copy; // made when first needed
  private long position;
  private long missing; // of the last entry's data
  private String last = "";

  /** Writes to {@code to}, which stays open when this is closed. */
  public TarWriter(OutputStream to) {
    this.to = to;
  }

  /**
   * Writes an entry without data, or the header of one whose {@link TarEntry#size} bytes follow
   * through {@link #write}. A directory's name gets its trailing slash. {@code dataOffset} and the
   * extents are not looked at: a sparse file is written with its holes as zeroes.
   *
   * @throws StowageException.Failed if the entry before has not got all its data
   */
  public void add(TarEntry entry) throws IOException {
    finish();
    last = entry.name();
    String name = entry.name();
    if (entry.type() == TarEntry.Type.DIRECTORY && !name.endsWith("/")) {
      name += "/";
    }
    Map<String, String> records = PaxRecords.of(entry, name);
    if (!records.isEmpty()) {
      byte[] pax = PaxRecords.bytes(records);
      TarBlocks.pax(block, name, pax.length);
      put(block, 0, BLOCK);
      put(pax, 0, pax.length);
      pad(pax.length);
    }
    TarBlocks.entry(block, entry, name, records);
    put(block, 0, BLOCK);
    missing = entry.size();
  }

  /**
   * Writes an entry with its data, of which there must be exactly {@link TarEntry#size} bytes.
   *
   * @throws StowageException.Failed if there are less or more: the file changed while it was read
   */
  public void add(TarEntry entry, InputStream data) throws IOException {
    add(entry);
    if (copy == null) {
      copy = new byte[COPY];
    }
    while (missing > 0) {
      int n = data.read(copy, 0, (int) Math.min(missing, COPY));
      if (n < 0) {
        throw changed("%d bytes less than it had".formatted(missing));
      }
      write(copy, 0, n);
    }
    if (data.read() >= 0) {
      throw changed("more bytes than it had");
    }
  }

  /** Writes the next bytes of the data of the entry last added. */
  public void write(byte[] bytes, int from, int end) throws IOException {
    Objects.checkFromToIndex(from, end, bytes.length);
    if (end - from > missing) {
      throw changed("more bytes than it had");
    }
    put(bytes, from, end - from);
    missing -= end - from;
    if (missing == 0 && end > from) {
      pad(position);
    }
  }

  /** Where the next byte goes, from the start of the tar: an entry's {@code dataOffset}. */
  public long position() {
    return position;
  }

  /**
   * Writes the end blocks.
   *
   * @throws StowageException.Failed if the last entry has not got all its data; the tar is then cut
   *     off, so that nobody takes it for whole
   */
  @Override
  public void close() throws IOException {
    finish();
    put(new byte[2 * BLOCK], 0, 2 * BLOCK);
    to.flush();
  }

  private void finish() {
    if (missing > 0) {
      throw changed("%d bytes less than it had".formatted(missing));
    }
  }

  private StowageException.Failed changed(String how) {
    return new StowageException.Failed(
        "%s changed while it was put into a tar: %s".formatted(TarText.display(last), how), null);
  }

  private void pad(long size) throws IOException {
    int rest = (int) (size % BLOCK);
    if (rest > 0) {
      put(new byte[BLOCK], 0, BLOCK - rest);
    }
  }

  private void put(byte[] bytes, int from, int count) throws IOException {
    to.write(bytes, from, count);
    position += count;
  }
}
