package stowage.linux;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip by the JDK, at the level that takes the least time. */
final class JdkCompression extends Compression {
  /** RFC 1952: magic, deflate, no flags, no time, fastest, unknown system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};

  private static final int TRAILER_BYTES = 8;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 crc = new CRC32();
  private boolean begun;

  JdkCompression(OutputStream to) {
    super(to);
  }

  @Override
  boolean compress(ByteBuffer from, ByteBuffer into, boolean last) {
    if (!begun) {
      into.put(HEADER);
      begun = true;
    }
    int start = from.position();
    deflater.setInput(from);
    if (last) {
      deflater.finish();
    }
    deflater.deflate(into);
    crc.update(from.slice(start, from.position() - start));
    if (!last) {
      return !into.hasRemaining() || from.hasRemaining();
    }
    if (!deflater.finished() || into.remaining() < TRAILER_BYTES) {
      return true;
    }
    into.order(ByteOrder.LITTLE_ENDIAN);
    into.putInt((int) crc.getValue()).putInt((int) deflater.getBytesRead());
    return false;
  }

  @Override
  void free() {
    deflater.close();
  }
}
