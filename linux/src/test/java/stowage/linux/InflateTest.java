package stowage.linux;

import static java.io.OutputStream.nullOutputStream;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both decoders must do the same, so every case runs with both. */
class InflateTest {
  private static final long SEED = Long.getLong("seed", 7);

  enum By {
    ISAL(Inflate::gunzip),
    JDK(Inflate::gunzipWithJdk);

    final Function<InputStream, Inflate> gunzip;

    By(Function<InputStream, Inflate> gunzip) {
      this.gunzip = gunzip;
    }

    byte[] all(byte[] gzip) throws IOException {
      try (var in = gunzip.apply(new ByteArrayInputStream(gzip))) {
        return in.readAllBytes();
      }
    }
  }

  @Test
  void thisMachineHasTheLibrary() {
    assertThat(Inflate.isNative()).as("libisal2 is on the list of packages").isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void contentOfEveryKindComesBack(By by) throws Exception {
    var random = new Random(SEED);
    for (int size : new int[] {0, 1, 100, 65_535, 300_000, 3_000_000}) {
      for (var content : contents(random, size)) {
        assertThat(by.all(gzip(content))).as("seed %d, %d bytes", SEED, size).isEqualTo(content);
      }
    }
  }

  /** Noise (stored blocks), zeroes (longest matches), and words. */
  static byte[][] contents(Random random, int size) {
    var noise = new byte[size];
    random.nextBytes(noise);
    var words = new byte[size];
    for (int i = 0; i < size; i++) {
      words[i] = (byte) ('a' + (int) Math.abs(random.nextGaussian() * 4));
      if (i > 40_000 && random.nextInt(50) == 0) {
        int from = random.nextInt(i - 32_000, i - 300);
        int length = Math.min(random.nextInt(1, 258), size - i);
        System.arraycopy(words, from, words, i, length);
        i += length - 1;
      }
    }
    return new byte[][] {noise, new byte[size], words};
  }

  static byte[] gzip(byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** A stream that gives a few bytes at a time, as a network does. */
  static InputStream dribble(byte[] bytes, int most, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(length, random.nextInt(1, most + 1)));
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void partsOfAnySizeInAndOutAreTheSame(By by) throws Exception {
    var random = new Random(SEED);
    var content = contents(random, 400_000)[2];
    var gzip = join(gzip(Arrays.copyOf(content, 100)), gzip(content), gzip(content));
    var wanted = join(Arrays.copyOf(content, 100), content, content);
    var heap = ByteBuffer.allocate(200_000);
    var direct = ByteBuffer.allocateDirect(200_000);
    for (int round = 0; round < 60; round++) {
      var got = new ByteArrayOutputStream();
      int most = 1 + random.nextInt(round % 3 == 0 ? 3 : 60_000);
      try (var in = by.gunzip.apply(dribble(gzip, most, random))) {
        for (int size; ; ) {
          var buffer = random.nextBoolean() ? direct : heap;
          buffer.clear().limit(1 + random.nextInt(round % 2 == 0 ? 700 : 200_000));
          size = in.read(buffer);
          if (size < 0) {
            break;
          }
          assertThat(size).isPositive().isEqualTo(buffer.position());
          var bytes = new byte[size];
          buffer.flip().get(bytes);
          got.writeBytes(bytes);
        }
      }
      assertThat(got.toByteArray()).as("seed %d, round %d", SEED, round).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @EnumSource
  void membersFollowEachOther(By by) throws Exception {
    var members = join(gzip(bytes("one ")), gzip(new byte[0]), gzip(bytes("two")));
    assertThat(by.all(members)).isEqualTo(bytes("one two"));
  }

  @ParameterizedTest
  @EnumSource
  void whatFollowsTheLastMemberIsReadAndIgnored(By by) throws Exception {
    for (var rest : new byte[][] {new byte[700_000], bytes("garbage"), {0x1f}, {0x1f, 0x1f}}) {
      var in = new ByteArrayInputStream(join(gzip(bytes("content")), rest));
      try (var inflate = by.gunzip.apply(in)) {
        assertThat(inflate.readAllBytes()).isEqualTo(bytes("content"));
        assertThat(in.available()).as("a digest of the stream sees it, too").isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamCutOffAnywhereIsToldSo(By by) throws Exception {
    var random = new Random(SEED);
    var gzip = gzip(contents(random, 3000)[2]);
    for (int length = 0; length < gzip.length; length++) {
      var cut = Arrays.copyOf(gzip, length);
      assertThatThrownBy(() -> by.all(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(EOFException.class)
          .hasMessage("gzip stream is cut off after %d bytes", length);
    }
    var second = join(gzip, Arrays.copyOf(gzip, gzip.length / 2));
    assertThatThrownBy(() -> by.all(second)).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @EnumSource
  void everyHeaderFieldIsSkipped(By by) throws Exception {
    var plain = gzip(bytes("x"));
    var header = new byte[] {0x1f, (byte) 0x8b, 8, 4 | 8 | 16, 1, 2, 3, 4, 0, 3};
    var extra = join(new byte[] {(byte) 0x2c, 1}, new byte[300]);
    var names = bytes("name\0comment\0");
    var body = Arrays.copyOfRange(plain, 10, plain.length);
    assertThat(by.all(join(header, extra, names, body))).isEqualTo(bytes("x"));

    header[3] = 2;
    var crc = new CRC32();
    crc.update(header);
    var checksum = new byte[] {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    assertThat(by.all(join(header, checksum, body))).isEqualTo(bytes("x"));
    checksum[0]++;
    assertThatThrownBy(() -> by.all(join(header, checksum, body)))
        .hasMessageContaining("header's checksum");
    header[3] = (byte) 0x80;
    assertThatThrownBy(() -> by.all(join(header, body))).hasMessageContaining("unknown");
  }

  @ParameterizedTest
  @EnumSource
  void corruptStreamsAreRefusedAndSayWhere(By by) throws Exception {
    assertThatThrownBy(() -> by.all(bytes("plain text")))
        .isInstanceOf(IOException.class)
        .hasMessage("not a gzip stream: it does not begin with 1f 8b");
    var gzip = gzip(bytes("some content"));
    gzip[gzip.length - 8]++;
    assertThatThrownBy(() -> by.all(gzip))
        .hasMessageContaining("gzip stream is corrupt before byte")
        .hasMessageContaining("checksum");
    gzip[gzip.length - 8]--;
    gzip[gzip.length - 1]++;
    assertThatThrownBy(() -> by.all(gzip)).hasMessageContaining("it holds 12 bytes, not");
    gzip[10] = 7; // block type 3
    assertThatThrownBy(() -> by.all(gzip))
        .hasMessageStartingWith("gzip stream is corrupt near byte");
  }

  @ParameterizedTest
  @EnumSource
  void flippedBitsGiveTheContentOrAnError(By by) throws Exception {
    var random = new Random(SEED);
    var content = contents(random, 150_000)[2];
    var gzip = gzip(content);
    int refused = 0;
    for (int round = 0; round < 1500; round++) {
      var damaged = gzip.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        // Only the header's unimportant bytes, and those after the end, may change unseen.
        assertThat(by.all(damaged)).as("seed %d, round %d", SEED, round).isEqualTo(content);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1400);
  }

  @ParameterizedTest
  @EnumSource
  void aFailedStreamStaysFailed(By by) throws Exception {
    var gzip = gzip(bytes("some content"));
    gzip[gzip.length - 1]++;
    try (var in = by.gunzip.apply(new ByteArrayInputStream(gzip))) {
      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
      assertThatThrownBy(in::read).hasMessage("the stream has failed before");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClosedStreamIsNotRead(By by) throws Exception {
    var closed = new boolean[1];
    var source =
        new ByteArrayInputStream(gzip(bytes("x"))) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    var in = by.gunzip.apply(source);
    in.close();
    in.close();
    assertThat(closed[0]).isTrue();
    assertThat(in.isOpen()).isFalse();
    assertThatThrownBy(in::read).hasMessage("stream is closed");
  }

  @ParameterizedTest
  @EnumSource
  void closingUnderAReaderEndsItWithAnError(By by) throws Exception {
    var gzip = gzip(contents(new Random(SEED), 1_000_000)[2]);
    for (int round = 0; round < 20; round++) {
      var source = new Endless(gzip);
      var in = by.gunzip.apply(source);
      var reader = new FutureTask<Long>(() -> in.transferTo(nullOutputStream()));
      Thread.ofPlatform().start(reader);
      source.reads.acquire(round % 5);
      in.close();
      assertThatThrownBy(reader::get).hasRootCauseMessage("stream is closed");
    }
  }

  /** A gzip stream of the same member again and again. */
  private static final class Endless extends InputStream {
    private final byte[] gzip;
    private final Semaphore reads = new Semaphore(0);
    private int at;

    Endless(byte[] gzip) {
      this.gzip = gzip;
    }

    @Override
    public int read() {
      throw new AssertionError("is read in parts");
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      reads.release();
      int size = Math.min(length, gzip.length - at);
      System.arraycopy(gzip, at, to, offset, size);
      at = (at + size) % gzip.length;
      return size;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
