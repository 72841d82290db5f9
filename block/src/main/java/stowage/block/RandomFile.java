package stowage.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open sparse file that is read and written anywhere; what was never written, or punched, or
 * lies past the end reads as zeroes. Any thread may call at any time.
 *
 * <p>After a crash each sector that was written since the last {@link #sync} is old or new, each
 * for itself, and so is the size. {@link stowage.store.DiskFull} says that there is no room: of the
 * range some sectors are old and some new.
 */
interface RandomFile extends Closeable {
  /** Fills {@code target}. */
  void read(long offset, ByteBuffer target) throws IOException;

  /** Writes all of {@code source}; the file grows if need be. */
  void write(long offset, ByteBuffer source) throws IOException;

  /** Makes the range read as zeroes and gives its room back; the size stays. */
  void punch(long offset, long length) throws IOException;

  /** Makes the range read as zeroes and keeps room for it where the filesystem can. */
  void zero(long offset, long length) throws IOException;

  /** Makes everything done so far durable. After it failed the file must not be trusted. */
  void sync() throws IOException;

  /** Bytes in the file, holes too. */
  long size() throws IOException;

  /** Cuts it, or grows it by a hole. */
  void resize(long size) throws IOException;

  /** Where data begins in {@code [from, end)}; {@code end} if there is none. */
  long data(long from, long end) throws IOException;

  /** Where a hole begins in {@code [from, end)}; {@code end} if there is none. */
  long hole(long from, long end) throws IOException;

  /** Bytes it takes on the disk. */
  long allocated() throws IOException;

  @Override
  void close() throws IOException;
}
