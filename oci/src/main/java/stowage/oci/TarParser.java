package stowage.oci;

import java.util.function.Consumer;
import stowage.base.StowageException;

/**
 * A tar's headers, read from a stream that is pushed through piece by piece and hashed or written
 * elsewhere at the same time. Data is counted, not kept.
 *
 * <p>Understands v7, ustar, star, GNU (long names and links, old sparse) and PAX (sparse 0.0, 0.1
 * and 1.0), numbers in octal and base 256, checksums of signed and unsigned bytes. What follows the
 * end blocks is never looked at. Not safe for several threads.
 */
public final class TarParser {
  /** Reads from the start of a tar. */
  public TarParser() {}

  /**
   * Takes the stream's next bytes, {@code bytes[from, to)}, and hands over each entry whose headers
   * are complete, before its data has been seen. Nothing of {@code bytes} is kept.
   *
   * @throws StowageException.Corrupt with the entry's name and what is wrong; the parser is then of
   *     no further use
   */
  public void feed(byte[] bytes, int from, int to, Consumer<TarEntry> entries) {
    throw new AssertionError("comes next");
  }

  /**
   * Says that the stream is at its end.
   *
   * @throws StowageException.Corrupt with the last entry's name, if it is truncated
   */
  public void end() {
    throw new AssertionError("comes next");
  }

  /** Whether the end blocks have been seen: what is fed from here on is not looked at. */
  public boolean isAtEnd() {
    throw new AssertionError("comes next");
  }

  /** Bytes fed so far. */
  public long position() {
    throw new AssertionError("comes next");
  }
}
