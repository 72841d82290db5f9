package stowage.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An array of bytes that grows but never shrinks.
 *
 * <p>Calls on disjoint ranges may run at once. Where two writes overlap in space and time, each
 * sector afterwards holds one of the two whole. Ranges are inside {@code [0, size)} and aligned to
 * {@link #SECTOR}; a range that is not is the caller's bug, not an error to handle. Buffers may be
 * direct or not; when a call returns, the buffer has nothing remaining.
 */
public interface BlockDevice extends Closeable {
  /** Bytes in a sector, the unit of alignment and of atomicity. */
  int SECTOR = 512;

  /** Bytes in the device. */
  long size();

  /** Fills {@code target} from {@code offset}. */
  void read(long offset, ByteBuffer target) throws IOException;

  /**
   * Writes all of {@code source} at {@code offset}; not durable before {@link #flush}.
   *
   * @throws stowage.store.DiskFull if there is no room: the range holds old or new sectors
   */
  void write(long offset, ByteBuffer source) throws IOException;

  /** Makes every write, trim and zero that returned before this call survive a crash. */
  void flush() throws IOException;

  /** Says that the range is not needed; it reads as zeroes afterwards, and its space is freed. */
  void trim(long offset, long length) throws IOException;

  /** Makes the range read as zeroes, and keeps it from running out of room where that is cheap. */
  void zero(long offset, long length) throws IOException;

  /** What is known of the range without reading it, in order, without gaps, at least one. */
  List<Extent> extents(long offset, long length) throws IOException;

  /** A run of bytes that is all of a kind; {@code hole}: reads as zeroes and takes no room. */
  record Extent(long length, boolean hole) {}
}
