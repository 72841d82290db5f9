package stowage.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import stowage.base.Digest;
import stowage.image.RegistrySettings.PushCompression;
import stowage.linux.Compression;
import stowage.linux.Deflate;
import stowage.linux.Zstd;
import stowage.oci.Descriptor;
import stowage.oci.MediaTypes;

/**
 * A layer's tar compressed on its way to a registry, as it is read, with the digest and size of
 * what went. The same tar gives the same bytes.
 */
final class Packed extends InputStream {
  private static final int CHUNK = 256 << 10;
  private static final int ZSTD_LEVEL = 3;

  private final InputStream tar;
  private final String mediaType;
  private final Sink sink = new Sink();
  private final Compression compression;
  private final MessageDigest sha256;
  private final byte[] chunk = new byte[CHUNK];
  private volatile long count;
  private volatile boolean ended;

  /** What has been compressed and not yet been read. */
  private static final class Sink extends ByteArrayOutputStream {
    private int from;

    int take(byte[] bytes, int at, int length) {
      int n = Math.min(length, count - from);
      System.arraycopy(buf, from, bytes, at, n);
      from += n;
      if (from == count) {
        reset();
        from = 0;
      }
      return n;
    }

    boolean isEmpty() {
      return count == 0;
    }
  }

  Packed(InputStream tar, PushCompression how) throws IOException {
    this.tar = tar;
    this.sha256 = sha256();
    this.mediaType =
        switch (how) {
          case GZIP -> MediaTypes.DOCKER_LAYER_GZIP;
          case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
        };
    this.compression =
        switch (how) {
          case GZIP -> Deflate.gzip(sink);
          case ZSTD -> Zstd.compress(sink, ZSTD_LEVEL);
        };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, bytes.length);
    while (sink.isEmpty() && !ended) {
      int n = tar.read(chunk, 0, CHUNK);
      if (n < 0) {
        compression.finish();
        ended = true;
      } else {
        compression.write(chunk, 0, n);
      }
    }
    if (sink.isEmpty()) {
      return -1;
    }
    int n = sink.take(bytes, from, length);
    sha256.update(bytes, from, n);
    took(n);
    return n;
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one reader; others only look
  private void took(int n) {
    count += n;
  }

  /** Bytes read so far; anybody may ask. */
  long count() {
    return count;
  }

  /** Whether all of the tar has been read; anybody may ask. */
  boolean isEnded() {
    return ended;
  }

  /** What was read, once it was read to its end. */
  Descriptor descriptor() {
    var hex = HexFormat.of().formatHex(sha256.digest());
    return new Descriptor(mediaType, new Digest(hex), count);
  }

  @Override
  public void close() throws IOException {
    try (tar) {
      compression.close();
    }
  }
}
