package stowage.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** "NBD garbage and oversize requests close that connection only." */
class HostileTest {
  private static final int SIZE = 1 << 20;
  private static final int SESSIONS = Integer.getInteger("nbd.sessions", 3000);
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @TempDir Path folder;
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    served = Served.of(folder, SIZE);
  }

  @AfterEach
  void close() throws IOException {
    served.close();
  }

  private static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer receive(SocketChannel channel, int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("closed after " + buffer.position() + " of " + bytes);
      }
    }
    return buffer.flip();
  }

  /** The oldest way in: no options, simple replies. */
  private SocketChannel session() throws IOException {
    var channel = served.connect();
    receive(channel, 18);
    send(channel, ByteBuffer.allocate(4).putInt(Wire.FIXED_NEWSTYLE | Wire.NO_ZEROES).flip());
    send(
        channel,
        option(Wire.OPT_EXPORT_NAME, "disk".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    assertThat(receive(channel, 10).getLong()).isEqualTo(SIZE);
    return channel;
  }

  private static ByteBuffer option(int option, byte[] payload) {
    var bytes = ByteBuffer.allocate(16 + payload.length);
    return bytes
        .putLong(Wire.OPTION_MAGIC)
        .putInt(option)
        .putInt(payload.length)
        .put(payload)
        .flip();
  }

  private static ByteBuffer request(int type, long cookie, long offset, int length) {
    var bytes = ByteBuffer.allocate(Wire.REQUEST_BYTES);
    bytes.putInt(Wire.REQUEST_MAGIC).putShort((short) 0).putShort((short) type);
    return bytes.putLong(cookie).putLong(offset).putInt(length).flip();
  }

  private static int error(SocketChannel channel, long cookie) throws IOException {
    var reply = receive(channel, 16);
    assertThat(reply.getInt()).isEqualTo(Wire.SIMPLE_REPLY_MAGIC);
    int error = reply.getInt();
    assertThat(reply.getLong()).isEqualTo(cookie);
    return error;
  }

  private static boolean isClosed(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private void writesAndReads(SocketChannel channel, byte value) throws IOException {
    var data = new byte[4096];
    java.util.Arrays.fill(data, value);
    send(channel, request(Wire.CMD_WRITE, 7, 8192, data.length));
    send(channel, ByteBuffer.wrap(data));
    assertThat(error(channel, 7)).isZero();
    send(channel, request(Wire.CMD_READ, 8, 8192, data.length));
    assertThat(error(channel, 8)).isZero();
    assertThat(receive(channel, data.length).array()).containsOnly(value);
  }

  @Test
  void wrongRangesAreErrorsAndTheSessionGoesOn() throws IOException {
    try (var channel = session()) {
      send(channel, request(Wire.CMD_READ, 1, SIZE, 512));
      assertThat(error(channel, 1)).isEqualTo(Wire.EINVAL);
      send(channel, request(Wire.CMD_READ, 2, Long.MAX_VALUE - 511, 512));
      assertThat(error(channel, 2)).isEqualTo(Wire.EINVAL);
      send(channel, request(Wire.CMD_READ, 3, -512, 512));
      assertThat(error(channel, 3)).isEqualTo(Wire.EINVAL);
      send(channel, request(Wire.CMD_READ, 4, 1, 512));
      assertThat(error(channel, 4)).isEqualTo(Wire.EINVAL);
      send(channel, request(Wire.CMD_WRITE, 5, SIZE - 512, 300_000));
      send(channel, ByteBuffer.allocate(300_000));
      assertThat(error(channel, 5)).isEqualTo(Wire.ENOSPC);
      send(channel, request(Wire.CMD_TRIM, 6, 0, -1));
      assertThat(error(channel, 6)).isEqualTo(Wire.EINVAL);
      send(channel, request(99, 9, 0, 512));
      assertThat(error(channel, 9)).isEqualTo(Wire.EINVAL);
      writesAndReads(channel, (byte) 1);
    }
  }

  @Test
  void whatIsNoRequestEndsThatConnectionOnly() throws IOException {
    try (var other = session()) {
      try (var garbage = session()) {
        send(garbage, ByteBuffer.allocate(Wire.REQUEST_BYTES));
        assertThat(isClosed(garbage)).isTrue();
      }
      try (var huge = session()) {
        send(huge, request(Wire.CMD_WRITE, 1, 0, Integer.MAX_VALUE));
        assertThat(isClosed(huge)).isTrue();
      }
      writesAndReads(other, (byte) 2);
    }
  }

  @Test
  void aFloodOfOptionsAndALongOneEndTheHandshake() throws IOException {
    try (var other = session()) {
      try (var flood = served.connect()) {
        receive(flood, 18);
        send(flood, ByteBuffer.allocate(4).putInt(Wire.FIXED_NEWSTYLE).flip());
        var options = option(12345, new byte[10]);
        int sent = 0;
        try {
          for (; sent < 10_000; sent++) {
            send(flood, options.rewind());
            receive(flood, 20 + 0);
            flood.configureBlocking(false);
            flood.read(ByteBuffer.allocate(4096)); // the message that comes with the refusal
            flood.configureBlocking(true);
          }
        } catch (IOException refused) {
          assertThat(sent).isLessThan(200);
        }
        assertThat(sent).isLessThan(200);
      }
      try (var lengthy = served.connect()) {
        receive(lengthy, 18);
        send(lengthy, ByteBuffer.allocate(4).putInt(Wire.FIXED_NEWSTYLE).flip());
        send(
            lengthy,
            ByteBuffer.allocate(16)
                .putLong(Wire.OPTION_MAGIC)
                .putInt(Wire.OPT_GO)
                .putInt(0xffffffff)
                .flip());
        assertThat(isClosed(lengthy)).isTrue();
      }
      writesAndReads(other, (byte) 3);
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfAWriteLeavesOthersAlone() throws IOException {
    try (var other = session()) {
      for (int length : new int[] {4096, 300_000}) {
        try (var leaver = session()) {
          send(leaver, request(Wire.CMD_WRITE, 1, 0, length));
          send(leaver, ByteBuffer.allocate(length / 2));
        }
      }
      writesAndReads(other, (byte) 4);
    }
  }

  /** Whatever bytes come: the server stays, and lets go of every connection. */
  @Test
  void randomBytesHurtNobody() throws IOException, InterruptedException {
    var random = new Random(SEED);
    try (var other = session()) {
      for (int i = 0; i < SESSIONS; i++) {
        try (var fuzz = random.nextBoolean() ? session() : served.connect()) {
          fuzz(fuzz, random);
        } catch (IOException closedByTheServer) {
          assertThat(closedByTheServer).isNotNull();
        }
        if (i % 500 == 0) {
          writesAndReads(other, (byte) i);
        }
      }
      writesAndReads(other, (byte) 5);
      while (served.connections() > 1) {
        Thread.onSpinWait(); // each has its threads, which end by themselves
      }
    }
  }

  private static void fuzz(SocketChannel channel, Random random) throws IOException {
    var bytes = new byte[random.nextInt(400)];
    random.nextBytes(bytes);
    var buffer = ByteBuffer.wrap(bytes);
    if (bytes.length >= Wire.REQUEST_BYTES && random.nextBoolean()) {
      buffer.putInt(0, Wire.REQUEST_MAGIC).putShort(4, (short) random.nextInt(32));
      buffer.putShort(6, (short) random.nextInt(9));
      if (random.nextBoolean()) {
        buffer.putLong(16, random.nextInt(SIZE) & -512L).putInt(24, random.nextInt(8192) & -512);
      }
    } else if (bytes.length >= 20 && random.nextBoolean()) {
      buffer.putInt(0, Wire.FIXED_NEWSTYLE).putLong(4, Wire.OPTION_MAGIC);
      buffer.putInt(12, random.nextInt(12)).putInt(16, random.nextInt(64));
    }
    send(channel, buffer);
  }
}
