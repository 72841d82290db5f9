package stowage.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}: written from start to end by whoever created it, or read anywhere
 * by whoever opened it. Not for several threads at once, except {@link #read}.
 */
public interface DiskFile extends AutoCloseable {
  /**
   * Appends all of {@code from}. A direct buffer of 256 KiB or more saves a copy.
   *
   * @throws DiskFull if there is no room; some of the bytes may have been appended
   */
  void write(ByteBuffer from) throws IOException;

  /**
   * Appends {@code count} bytes of zero that take no room where the filesystem knows holes.
   *
   * @throws DiskFull if there is no room
   */
  void skip(long count) throws IOException;

  /** Reads at {@code offset} into {@code to}: how many bytes, at least 1; -1 at or past the end. */
  int read(ByteBuffer to, long offset) throws IOException;

  /** Bytes in the file. */
  long size() throws IOException;

  /**
   * Makes all bytes written so far durable, and the size.
   *
   * <p>After it failed nobody knows which bytes are on the disk, and asking again may lie: the file
   * is lost and must be removed. {@link Publish} does so.
   */
  void sync() throws IOException;

  /** Closes; syncs nothing. Closing twice does nothing. */
  @Override
  void close() throws IOException;
}
