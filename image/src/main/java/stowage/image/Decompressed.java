package stowage.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import stowage.linux.Decompression;
import stowage.linux.Inflate;
import stowage.linux.Zstd;

/** The plain bytes of an archive: gzip, zstd or already plain, told by its first bytes. */
record Decompressed(InputStream stream) implements AutoCloseable {
  private static final int BUFFER = 128 << 10;

  static Decompressed of(InputStream in) throws IOException {
    var buffered = new BufferedInputStream(in, BUFFER);
    buffered.mark(Magic.LENGTH);
    byte[] head = buffered.readNBytes(Magic.LENGTH);
    buffered.reset();
    if (Magic.isGzip(head)) {
      return new Decompressed(Inflate.gunzip(buffered));
    }
    return new Decompressed(Magic.isZstd(head) ? Zstd.decompress(buffered) : buffered);
  }

  /** Frees what decompresses; the archive's own stream is its owner's to close. */
  @Override
  public void close() throws IOException {
    if (stream instanceof Decompression decompression) {
      decompression.close();
    }
  }
}
