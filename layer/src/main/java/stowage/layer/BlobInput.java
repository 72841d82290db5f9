package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stowage.base.Digest;
import stowage.base.Progress;

/** A blob as it arrives: counted, hashed, told to a progress. Closing does not close it. */
final class BlobInput extends InputStream {
  private final InputStream from;
  private final Progress progress;
  private final String id;
  private final MessageDigest hash = sha256();
  private final byte[] one = new byte[1];
  private long bytes;
  private boolean hashes = true;
  private boolean hasFailed;

  BlobInput(InputStream from, Progress progress, String id) {
    this.from = from;
    this.progress = progress;
    this.id = id;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  static Digest digest(MessageDigest hash) {
    return new Digest(HexFormat.of().formatHex(hash.digest()));
  }

  /** Leaves hashing to others, who see the same bytes anyway: for a blob that is not compressed. */
  void stopHashing() {
    hashes = false;
  }

  /** The digest of all that was read. */
  Digest digest() {
    return digest(hash);
  }

  long bytes() {
    return bytes;
  }

  /** Whether reading failed, and not what was made of it. */
  boolean hasFailed() {
    return hasFailed;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int count;
    try {
      count = from.read(to, offset, length);
    } catch (IOException e) {
      hasFailed = true;
      throw e;
    }
    if (count > 0) {
      if (hashes) {
        hash.update(to, offset, count);
      }
      bytes += count;
      progress.tell(id, "Loading layer", bytes, 0);
    }
    return count;
  }
}
