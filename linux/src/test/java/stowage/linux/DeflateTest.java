package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every compressor against an independent decompressor, and the rules they share. */
class DeflateTest {
  private static final long SEED = Long.getLong("seed", 7);

  enum By {
    ISAL {
      @Override
      Compression to(OutputStream out) {
        return Deflate.gzip(out);
      }
    },
    JDK {
      @Override
      Compression to(OutputStream out) {
        return new JdkCompression(out);
      }
    },
    ZSTD {
      @Override
      Compression to(OutputStream out) throws IOException {
        return Zstd.compress(out, 3);
      }

      @Override
      byte[] back(byte[] compressed) throws IOException {
        try (var in = Zstd.decompress(new ByteArrayInputStream(compressed))) {
          return in.readAllBytes();
        }
      }
    };

    abstract Compression to(OutputStream out) throws IOException;

    byte[] back(byte[] compressed) throws IOException {
      try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
        return in.readAllBytes();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void contentOfEveryKindComesBack(By by) throws Exception {
    var random = new Random(SEED);
    for (int size : new int[] {0, 1, 100, 262_144, 3_000_000}) {
      for (var content : InflateTest.contents(random, size)) {
        var out = new ByteArrayOutputStream();
        try (var compression = by.to(out)) {
          compression.write(content);
        }
        assertThat(by.back(out.toByteArray()))
            .as("seed %d, %d bytes", SEED, size)
            .isEqualTo(content);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void partsOfAnySizeAreTheSame(By by) throws Exception {
    var random = new Random(SEED);
    var content = InflateTest.contents(random, 2_000_000)[2];
    for (int round = 0; round < 10; round++) {
      var out = new ByteArrayOutputStream();
      try (var compression = by.to(out)) {
        for (int at = 0; at < content.length; ) {
          int part = Math.min(1 + random.nextInt(1 << random.nextInt(20)), content.length - at);
          if (random.nextBoolean()) {
            compression.write(content, at, part);
          } else {
            var direct = ByteBuffer.allocateDirect(part).put(content, at, part).flip();
            assertThat(compression.write(direct)).isEqualTo(part);
            assertThat(direct.hasRemaining()).isFalse();
          }
          at += part;
        }
      }
      assertThat(by.back(out.toByteArray()))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameContentGivesTheSameBytes(By by) throws Exception {
    var content = InflateTest.contents(new Random(SEED), 700_000)[2];
    var outs = new byte[2][];
    for (int i = 0; i < 2; i++) {
      var out = new ByteArrayOutputStream();
      try (var compression = by.to(out)) {
        compression.write(content);
      }
      outs[i] = out.toByteArray();
    }
    assertThat(outs[0]).isEqualTo(outs[1]).hasSizeLessThan(content.length * 3 / 4);
  }

  @ParameterizedTest
  @EnumSource
  void finishLeavesTheOtherStreamOpen(By by) throws Exception {
    var closed = new boolean[1];
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    var compression = by.to(out);
    compression.write('x');
    compression.finish();
    assertThat(closed[0]).isFalse();
    assertThat(by.back(out.toByteArray())).containsExactly('x');
    int size = out.size();
    compression.finish();
    assertThatThrownBy(() -> compression.write('y')).hasMessage("stream is finished");
    compression.close();
    compression.close();
    assertThat(closed[0]).isTrue();
    assertThat(out.size()).isEqualTo(size);
    assertThatThrownBy(() -> compression.write('y')).hasMessage("stream is closed");
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatFailedIsNotMadeToLookWhole(By by) throws Exception {
    var written = new ByteArrayOutputStream();
    var full =
        new OutputStream() {
          private boolean failed;

          @Override
          public void write(int b) throws IOException {
            throw new IOException("not used");
          }

          @Override
          public void write(byte[] from, int offset, int length) throws IOException {
            if (!failed && length > 0) {
              failed = true;
              throw new IOException("disk is full");
            }
            written.write(from, offset, length);
          }
        };
    var noise = InflateTest.contents(new Random(SEED), 2_000_000)[0];
    assertThatThrownBy(
            () -> {
              try (var compression = by.to(full)) {
                compression.write(noise);
              }
            })
        .hasMessage("disk is full");
    assertThat(written.size()).isZero();
  }
}
