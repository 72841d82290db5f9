package stowage.linux;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * A gzip stream (RFC 1952), decompressed: by ISA-L, or by the JDK on a machine without it.
 *
 * <p>It may have several members, whose contents follow each other. What follows the last and does
 * not begin as a member does (zeroes, mostly) is read and ignored, as gzip(1) does.
 */
public final class Inflate extends Decompression {
  private static final int MAGIC_1 = 0x1f;
  private static final int MAGIC_2 = 0x8b;
  private static final int METHOD_DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int FLAGS_RESERVED = 0xe0;
  private static final String WHAT = "gzip stream";

  private final DeflateDecoder decoder;
  private final CRC32 headerCrc = new CRC32();
  private final CRC32 contentCrc = new CRC32();
  private long contentBytes; // of this member
  private int members;
  private boolean inMember;
  private boolean ended;

  private Inflate(InputStream gzip, boolean isal) {
    super(gzip);
    this.decoder = isal ? new IsalDecoder(arena) : new JdkDecoder();
  }

  /** Decompresses {@code gzip}, which is read in large parts and need not be buffered. */
  public static Inflate gunzip(InputStream gzip) {
    return new Inflate(gzip, Isal.isThere());
  }

  /** As on a machine without ISA-L. */
  static Inflate gunzipWithJdk(InputStream gzip) {
    return new Inflate(gzip, false);
  }

  /** Whether ISA-L is there; without it all of this is about half as fast. */
  public static boolean isNative() {
    return Isal.isThere();
  }

  @Override
  int decompress(ByteBuffer to) throws IOException {
    while (inMember || nextMember()) {
      int start = to.position();
      int size = inflate(to);
      contentCrc.update(to.slice(start, size));
      contentBytes += size;
      boolean memberEnded = decoder.finished();
      if (memberEnded) {
        checkTrailer();
        inMember = false;
      }
      if (size > 0) {
        return size;
      }
      // Nothing came out: it has used up what it was given, and needs more.
      if (!memberEnded && !source.fill()) {
        throw cutOff();
      }
    }
    return -1;
  }

  private int inflate(ByteBuffer to) throws IOException {
    try {
      return decoder.inflate(source, to);
    } catch (IOException e) {
      throw new IOException(
          "%s is corrupt near byte %d: %s".formatted(WHAT, source.position(), e.getMessage()), e);
    }
  }

  private EOFException cutOff() {
    return new EOFException("%s is cut off after %d bytes".formatted(WHAT, source.position()));
  }

  private boolean nextMember() throws IOException {
    if (ended) {
      return false;
    }
    if (members > 0 && !atMagic()) {
      source.drain();
      ended = true;
      return false;
    }
    readHeader();
    decoder.reset();
    contentCrc.reset();
    contentBytes = 0;
    inMember = true;
    members++;
    return true;
  }

  private boolean atMagic() throws IOException {
    var at = source.buffer();
    return source.has(2)
        && (at.get(at.position()) & 0xff) == MAGIC_1
        && (at.get(at.position() + 1) & 0xff) == MAGIC_2;
  }

  private void readHeader() throws IOException {
    headerCrc.reset();
    if (header() != MAGIC_1 || header() != MAGIC_2) {
      throw new IOException("not a gzip stream: it does not begin with 1f 8b");
    }
    int method = header();
    int flags = header();
    if (method != METHOD_DEFLATE || (flags & FLAGS_RESERVED) != 0) {
      throw corrupt("method %d and flags %#x are unknown".formatted(method, flags));
    }
    skip(6); // time, extra flags, operating system
    if ((flags & FLAG_EXTRA) != 0) {
      skip(header() | header() << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipString();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipString();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      int wanted = (int) headerCrc.getValue() & 0xffff;
      int told = header() | header() << 8;
      if (wanted != told) {
        throw corrupt("the header's checksum is %04x, not %04x".formatted(wanted, told));
      }
    }
  }

  private int header() throws IOException {
    int next = source.next(WHAT);
    headerCrc.update(next);
    return next;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      header();
    }
  }

  private void skipString() throws IOException {
    while (header() != 0) {}
  }

  private void checkTrailer() throws IOException {
    long crc = littleEndian();
    long size = littleEndian();
    if (crc != contentCrc.getValue()) {
      throw corrupt("checksum is %08x, not %08x".formatted(contentCrc.getValue(), crc));
    }
    if (size != (contentBytes & 0xffff_ffffL)) {
      throw corrupt("it holds %d bytes, not %d".formatted(contentBytes, size));
    }
  }

  private long littleEndian() throws IOException {
    long value = 0;
    for (int i = 0; i < 4; i++) {
      value |= (long) source.next(WHAT) << (8 * i);
    }
    return value;
  }

  private IOException corrupt(String how) {
    return new IOException(
        "%s is corrupt before byte %d: %s".formatted(WHAT, source.position(), how));
  }

  @Override
  void free() {
    decoder.free();
  }
}
