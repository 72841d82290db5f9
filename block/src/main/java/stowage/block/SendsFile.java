package stowage.block;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * What a {@link BlockDevice} may be besides: one that gives bytes to a socket without taking them
 * through memory of this process. Worth it for ranges of 64 KiB and more that are a file's.
 */
public interface SendsFile {
  /**
   * Sends bytes from {@code offset} on, at most {@code length}, to a channel that blocks.
   *
   * @return how many; 0 if these must be read instead: they are in no file, or not as they are
   * @throws IOException if the file or the channel failed; nothing of this call was sent
   */
  long send(long offset, long length, WritableByteChannel target) throws IOException;
}
