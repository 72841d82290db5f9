package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdBlockTest {
  private static final int SIZE = 512 << 10;

  private static ByteBuffer text(long seed) {
    var random = new Random(seed);
    var bytes = ByteBuffer.allocateDirect(SIZE);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ('a' + random.nextInt(8)));
    }
    return bytes.flip();
  }

  @Test
  void whatWasCompressedComesBackManyTimesWithOneContext() throws IOException {
    try (var zstd = new ZstdBlock()) {
      for (int seed = 0; seed < 20; seed++) {
        var plain = text(seed);
        var packed = ByteBuffer.allocateDirect(SIZE);
        assertThat(zstd.compress(plain, packed, 1)).isTrue();
        assertThat(packed.flip().remaining()).isLessThan(SIZE / 2);
        var back = ByteBuffer.allocateDirect(SIZE);
        zstd.decompress(packed, back);
        assertThat(back.flip()).as("seed " + seed).isEqualTo(plain);
      }
    }
  }

  @Test
  void whatDoesNotFitIsSaidAndTheContextIsStillGood() throws IOException {
    try (var zstd = new ZstdBlock()) {
      assertThat(zstd.compress(text(1), ByteBuffer.allocateDirect(1000), 1)).isFalse();
      assertThat(zstd.compress(text(1), ByteBuffer.allocateDirect(SIZE), 1)).isTrue();
    }
  }

  @Test
  void bytesThatAreNotZstdOrTooManyAreRefused() throws IOException {
    try (var zstd = new ZstdBlock()) {
      var packed = ByteBuffer.allocateDirect(SIZE);
      zstd.compress(text(2), packed, 1);
      packed.flip();
      assertThatThrownBy(() -> zstd.decompress(packed, ByteBuffer.allocateDirect(SIZE - 1)))
          .isInstanceOf(IOException.class);
      var cut = packed.duplicate().limit(packed.limit() / 2);
      assertThatThrownBy(() -> zstd.decompress(cut, ByteBuffer.allocateDirect(SIZE)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> zstd.decompress(text(3), ByteBuffer.allocateDirect(SIZE)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("corrupt");
    }
  }
}
