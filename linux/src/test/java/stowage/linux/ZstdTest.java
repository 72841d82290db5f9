package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdTest {
  private static final long SEED = Long.getLong("seed", 7);

  /** RFC 8878: a frame of one raw block, without content size or checksum. */
  private static final byte[] RAW_ABC = HexFormat.of().parseHex("28b52ffd0058190000616263");

  /** A skippable frame of four bytes. */
  private static final byte[] SKIPPABLE = HexFormat.of().parseHex("502a4d180400000001020304");

  private static byte[] all(byte[] zstd) throws IOException {
    try (var in = Zstd.decompress(new ByteArrayInputStream(zstd))) {
      return in.readAllBytes();
    }
  }

  static byte[] compress(byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zstd = Zstd.compress(out, 1)) {
      zstd.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void thisMachineHasTheLibrary() {
    assertThat(Zstd.isThere()).isTrue();
  }

  @Test
  void framesFollowEachOtherAndSkippableOnesAreSkipped() throws Exception {
    var content = InflateTest.contents(new Random(SEED), 1_000_000)[2];
    var zstd = InflateTest.join(SKIPPABLE, RAW_ABC, SKIPPABLE, compress(content), SKIPPABLE);
    assertThat(all(zstd)).isEqualTo(InflateTest.join(new byte[] {'a', 'b', 'c'}, content));
  }

  @Test
  void partsOfAnySizeInAndOutAreTheSame() throws Exception {
    var random = new Random(SEED);
    var content = InflateTest.contents(random, 600_000)[2];
    var zstd = InflateTest.join(compress(content), RAW_ABC);
    for (int round = 0; round < 30; round++) {
      var got = new ByteArrayOutputStream();
      int most = 1 + random.nextInt(round % 3 == 0 ? 3 : 60_000);
      try (var in = Zstd.decompress(InflateTest.dribble(zstd, most, random))) {
        var buffer = ByteBuffer.allocateDirect(1 + random.nextInt(300_000));
        for (int size; (size = in.read(buffer.clear())) >= 0; ) {
          var bytes = new byte[size];
          buffer.flip().get(bytes);
          got.writeBytes(bytes);
        }
      }
      assertThat(got.toByteArray())
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(InflateTest.join(content, new byte[] {'a', 'b', 'c'}));
    }
  }

  @Test
  void aStreamCutOffAnywhereIsToldSo() throws Exception {
    var zstd = compress(InflateTest.contents(new Random(SEED), 3000)[2]);
    for (int length = 0; length < zstd.length; length++) {
      var cut = Arrays.copyOf(zstd, length);
      assertThatThrownBy(() -> all(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(EOFException.class)
          .hasMessage("zstd stream is cut off after %d bytes", length);
    }
  }

  @Test
  void corruptStreamsAreRefused() throws Exception {
    var zstd = compress(InflateTest.contents(new Random(SEED), 3000)[2]);
    zstd[zstd.length - 1]++;
    assertThatThrownBy(() -> all(zstd))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("zstd stream is corrupt near byte")
        .hasMessageContaining("checksum");
    assertThatThrownBy(() -> all("plain text".getBytes()))
        .hasMessageContaining("Unknown frame descriptor");
    assertThatThrownBy(() -> all(InflateTest.join(RAW_ABC, "rest".getBytes())))
        .hasMessageContaining("Unknown frame descriptor");
  }

  @Test
  void flippedBitsGiveTheContentOrAnError() throws Exception {
    var random = new Random(SEED);
    var content = InflateTest.contents(random, 150_000)[2];
    var zstd = compress(content);
    for (int round = 0; round < 1500; round++) {
      var damaged = zstd.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(all(damaged)).as("seed %d, round %d", SEED, round).isEqualTo(content);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("zstd stream is c");
      }
    }
  }

  @Test
  void aWindowBeyondTheLimitIsRefused() throws Exception {
    // Window_Descriptor 0x88: 2^27 bytes, the limit; 0x90: 2^28.
    var frame = RAW_ABC.clone();
    frame[5] = (byte) 0x90;
    assertThatThrownBy(() -> all(frame)).hasMessageContaining("too much memory");
    frame[5] = (byte) 0x88;
    assertThat(all(frame)).containsExactly('a', 'b', 'c');
  }


  @Test
  void aLevelThatIsNoneIsTakenToTheNearest() throws Exception {
    var out = new ByteArrayOutputStream();
    try (var zstd = Zstd.compress(out, 99)) {
      zstd.write('x');
    }
    assertThat(all(out.toByteArray())).containsExactly('x');
  }
}
