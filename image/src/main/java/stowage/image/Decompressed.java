package stowage.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import stowage.base.StowageException;

/** Undoes the compression of a whole archive, told by its first bytes. */
final class Decompressed {
  private static final int BUFFER = 128 << 10;

  private Decompressed() {}

  /** The plain bytes of {@code in}: gzip, zstd or already plain. */
  static InputStream open(InputStream in) throws IOException {
    var buffered = new BufferedInputStream(in, BUFFER);
    buffered.mark(4);
    byte[] head = buffered.readNBytes(4);
    buffered.reset();
    if (head.length >= 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
      return new GZIPInputStream(buffered, BUFFER);
    }
    if (head.length == 4 && (head[0] & 0xff) == 0x28 && (head[1] & 0xff) == 0xb5) {
      throw new StowageException.Unsupported("archives in zstd");
    }
    return buffered;
  }
}
