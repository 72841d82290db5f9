package stowage.image;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;
import stowage.base.Digest;
import stowage.oci.Descriptor;
import stowage.oci.MediaTypes;

/**
 * A layer's tar compressed on its way to a registry, with the digest and size of what went. The same
 * tar gives the same bytes.
 */
final class Packed implements Upload.Measured {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
  private static final int BUFFER = 128 << 10;

  private final DigestInputStream digested;
  private final CountedStream counted;

  /** Compresses with gzip; {@code told} hears how many bytes of the tar are through. */
  Packed(InputStream tar) {
    counted = new CountedStream(gzip(tar));
    digested = new DigestInputStream(counted, sha256());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static InputStream gzip(InputStream tar) {
    var crc = new CRC32();
    var plain = new CountedStream(new CheckedInputStream(tar, crc));
    var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    var body =
        new DeflaterInputStream(plain, deflater, BUFFER) {
          @Override
          public void close() throws IOException {
            deflater.end();
            super.close();
          }
        };
    return inOrder(
        List.of(
            () -> new ByteArrayInputStream(HEADER),
            () -> body,
            () -> new ByteArrayInputStream(trailer(crc, plain.count()))),
        body);
  }

  private static byte[] trailer(CRC32 crc, long count) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) crc.getValue())
        .putInt((int) count)
        .array();
  }

  /** The parts one after the other, each made when it is its turn. */
  private static InputStream inOrder(List<Supplier<InputStream>> parts, InputStream last) {
    Iterator<Supplier<InputStream>> next = parts.iterator();
    var sequence =
        new SequenceInputStream(
            new Enumeration<>() {
              @Override
              public boolean hasMoreElements() {
                return next.hasNext();
              }

              @Override
              public InputStream nextElement() {
                return next.next().get();
              }
            });
    return new FilterInputStream(sequence) {
      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        return in.read(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        last.close();
      }
    };
  }

  @Override
  public InputStream stream() {
    return digested;
  }

  @Override
  public long count() {
    return counted.count();
  }

  @Override
  public Descriptor descriptor() {
    var hex = HexFormat.of().formatHex(digested.getMessageDigest().digest());
    return new Descriptor(MediaTypes.DOCKER_LAYER_GZIP, new Digest(hex), counted.count());
  }
}
