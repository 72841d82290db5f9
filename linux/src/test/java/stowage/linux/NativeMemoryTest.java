package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Streams are closed halfway all the time: a client goes away. Their memory must go, too. */
class NativeMemoryTest {
  private static final long SEED = Long.getLong("seed", 7);
  private static final int ROUNDS = 1000; // a leak of one state each would be 100 MB and more
  private static final long GROWTH_MAX = 64L << 20;

  private static long residentBytes() throws IOException {
    var pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
    return Long.parseLong(pages) * 4096;
  }

  @Test
  void streamsClosedHalfwayLeakNothing() throws Exception {
    var content = InflateTest.contents(new Random(SEED), 300_000)[2];
    var gzip = InflateTest.gzip(content);
    var zstd = ZstdTest.compress(content);
    long before = 0;
    for (int round = -100; round < ROUNDS; round++) {
      if (round == 0) {
        before = residentBytes(); // the heap has its size, the libraries are loaded
      }
      var gunzip = Inflate.gunzip(new ByteArrayInputStream(gzip));
      var unzstd = Zstd.decompress(new ByteArrayInputStream(zstd));
      for (var in : new Decompression[] {gunzip, unzstd}) {
        try (in) {
          assertThat(in.read()).isEqualTo(content[0] & 0xff);
        }
      }
      var toGzip = Deflate.gzip(OutputStream.nullOutputStream());
      var toZstd = Zstd.compress(OutputStream.nullOutputStream(), 1);
      for (var out : new Compression[] {toGzip, toZstd}) {
        try (out) {
          out.write(content, 0, 100);
        }
      }
    }
    assertThat(residentBytes() - before).isLessThan(GROWTH_MAX);
  }
}
