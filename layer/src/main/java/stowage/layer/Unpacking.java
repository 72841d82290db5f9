package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import stowage.linux.Inflate;
import stowage.linux.Zstd;

/**
 * A blob's uncompressed bytes, whichever way it is packed; its first bytes tell. Closing frees what
 * unpacking took, and closes the blob.
 */
record Unpacking(Compression compression, InputStream bytes) implements AutoCloseable {
  private static final int MAGIC = 4;

  static Unpacking of(InputStream blob) throws IOException {
    var in = new PushbackInputStream(blob, MAGIC);
    var magic = in.readNBytes(MAGIC);
    in.unread(magic);
    if (starts(magic, 0x1f, 0x8b)) {
      return new Unpacking(Compression.GZIP, Inflate.gunzip(in));
    }
    if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
      return new Unpacking(Compression.ZSTD, Zstd.decompress(in));
    }
    return new Unpacking(Compression.NONE, in);
  }

  private static boolean starts(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
