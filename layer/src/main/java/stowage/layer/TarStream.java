package stowage.layer;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import stowage.base.StowageException.Corrupt;

/** A layer's tar on its way out: hashed, so that a damaged one is not handed on unnoticed. */
final class TarStream extends InputStream {
  private final Layer layer;
  private final Shelf.OpenFile file;
  private final Runnable release;
  private final MessageDigest hash = BlobInput.sha256();
  private final byte[] one = new byte[1];
  private long at;
  private boolean isClosed;

  TarStream(Layer layer, Shelf.OpenFile file, Runnable release) {
    this.layer = layer;
    this.file = file;
    this.release = release;
  }

  @Override
  public int read() {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads on.
   *
   * @throws Corrupt instead of the end, if what was read is not the layer
   */
  @Override
  public int read(byte[] to, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    int count = at > layer.tarBytes() ? -1 : file.read(ByteBuffer.wrap(to, offset, length), at);
    if (count > 0) {
      hash.update(to, offset, count);
      at += count;
    } else if (at <= layer.tarBytes()) {
      at = Long.MAX_VALUE; // asked again it says the end
      if (!BlobInput.digest(hash).equals(layer.diffId())) {
        throw new Corrupt("layer " + layer.diffId() + ": its stored bytes are damaged", null);
      }
    }
    return count;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      file.close();
      release.run();
    }
  }
}
