package stowage.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/**
 * The bytes of one connection, plain or encrypted. One thread may read while another writes, and
 * {@link #close} wakes both.
 */
interface Transport extends AutoCloseable {
  /** Waits for bytes and puts them at the buffer's position; -1 when the client sends no more. */
  int read(ByteBuffer target) throws IOException;

  /** Sends all of the buffer. */
  void write(ByteBuffer source) throws IOException;

  /** Where a file's bytes may go straight from the kernel; empty if they must be changed first. */
  Optional<WritableByteChannel> direct();

  /** Fills the buffer; false if the client ended before. */
  default boolean readFully(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (read(target) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Ends the connection in the way both sides agreed on. */
  @Override
  void close() throws IOException;
}
