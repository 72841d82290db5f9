package stowage.oci;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import stowage.oci.TarEntry.Extent;

/** A sparse file as its reader sees it: stored extents where they belong, zeroes between. */
final class SparseStream extends InputStream {
  private final InputStream stored;
  private final List<Extent> extents;
  private final long size;
  private long position;
  private int next; // the extent at or after position

  SparseStream(TarEntry entry, InputStream stored) {
    this.stored = stored;
    this.extents = entry.extents();
    this.size = entry.size();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int at, int length) throws IOException {
    Objects.checkFromIndexSize(at, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == size) {
      return -1;
    }
    Extent extent = next < extents.size() ? extents.get(next) : new Extent(size, 0);
    int n;
    if (position < extent.offset()) {
      n = (int) Math.min(extent.offset() - position, length);
      Arrays.fill(bytes, at, at + n, (byte) 0);
    } else {
      long left = extent.offset() + extent.size() - position;
      n = stored.read(bytes, at, (int) Math.min(left, length));
      if (n < 0) {
        throw new AssertionError("the extents are longer than the stored data");
      }
      next += n == left ? 1 : 0;
    }
    position += n;
    return n;
  }
}
