package stowage.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import stowage.base.StowageException;

/** Sound tars with bytes changed, cut, doubled and moved: refused with a reason, or read. */
class TarFuzzTest {
  private static final int MUTANTS = 40_000;

  /** Numbers where a byte makes a difference: digits, the base-256 mark, slashes, flags. */
  private static final byte[] TELLING =
      {0, ' ', '0', '7', '9', '-', '=', '\n', '.', '/', 'x', 'g', 'L', 'K', 'S', '1', '2', '5',
        (byte) 0x80, (byte) 0xff, 0x7f};

  private final long seed = Seeds.seed();
  private final Random random = Seeds.random(seed);

  private static List<byte[]> sound() {
    return List.of(
        new Tars()
            .pax('g', "uid", "7", "comment", "c")
            .pax("path", "long/name", "size", "5", "mtime", "1.5", "SCHILY.xattr.user.a", "b")
            .file("f", "12345")
            .gnuLong('L', "n".repeat(150)).gnuLong('K', "l".repeat(150))
            .symlink("s", "t")
            .add(Tars.header("h").type('1').link("f"), "x".repeat(600))
            .add(Tars.header("d").type('3').device(1, 3))
            .directory("dir/")
            .end(),
        new Tars()
            .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.name", "sp",
                "GNU.sparse.realsize", "5000")
            .file("x", "2\n1024\n512\n4096\n10\n" + "\0".repeat(493) + "d".repeat(522))
            .pax("GNU.sparse.size", "5000", "GNU.sparse.map", "1024,512,4096,10",
                "GNU.sparse.name", "0.1", "GNU.sparse.numblocks", "2")
            .file("y", "d".repeat(522))
            .end(),
        new Tars()
            .add(
                Tars.header("S").gnu().type('S').size(522).octal(386, 12, 1024).octal(398, 12, 512)
                    .octal(483, 12, 5000).put(482, 1, "\1"))
            .raw(extension())
            .raw(new byte[522]).pad()
            .add(Tars.header("big").binary(108, 8, 4000000000L).binary(136, 12, -5), "data")
            .end());
  }

  private static byte[] extension() {
    var block = Tars.header("");
    block.put(0, 512, "").octal(0, 12, 4096).octal(12, 12, 10);
    return block.bytesAsTheyAre();
  }

  private byte[] mutate(byte[] tar) {
    byte[] mutant = tar.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(6)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1, 2 -> mutant[at] = TELLING[random.nextInt(TELLING.length)];
        case 3 -> mutant = Arrays.copyOf(mutant, at + 1);
        case 4 -> { // a field of a header
          int block = at / 512 * 512;
          int field = new int[] {0, 100, 108, 116, 124, 136, 156, 157, 257, 329, 345}[
              random.nextInt(11)];
          for (int j = 0; j < 12 && block + field + j < mutant.length; j++) {
            mutant[block + field + j] = TELLING[random.nextInt(TELLING.length)];
          }
        }
        default -> { // a block over another
          int from = random.nextInt(mutant.length / 512 + 1) * 512;
          int to = at / 512 * 512;
          int n = Math.min(512, mutant.length - Math.max(from, to));
          System.arraycopy(mutant, Math.min(from, mutant.length), mutant, to, Math.max(0, n));
        }
      }
    }
    if (random.nextInt(4) != 0) {
      mend(mutant);
    }
    return mutant;
  }

  /** Makes the checksums right again where there may be a header, so that the lie gets through. */
  private static void mend(byte[] tar) {
    for (int at = 0; at + 512 <= tar.length; at += 512) {
      if (TarHeader.sum(tar, at) == 0 || tar[at + 100] == 0) {
        continue;
      }
      Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
      String sum = "%06o\0 ".formatted(TarHeader.sum(tar, at));
      for (int i = 0; i < 8; i++) {
        tar[at + 148 + i] = (byte) sum.charAt(i);
      }
    }
  }

  @Test
  void aMutantIsReadOrRefusedAndNothingElse() throws IOException {
    List<byte[]> sound = sound();
    sound.forEach(tar -> assertThat(Tars.parse(tar, tar.length)).isNotEmpty());
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(sound.get(i % sound.size()));
      String pushed = outcome(() -> Tars.parse(mutant, 1 + random.nextInt(1500)), i);
      String pulled = outcome(() -> pull(mutant), i);
      assertThat(pushed).as("seed %d mutant %d", seed, i).isEqualTo(pulled);
      refused += pushed.startsWith("refused") ? 1 : 0;
    }
    assertThat(refused).isBetween(MUTANTS / 20, MUTANTS);
  }

  private static List<TarEntry> pull(byte[] tar) throws IOException {
    var reader = new TarReader(new ByteArrayInputStream(tar));
    var entries = new ArrayList<TarEntry>();
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      entries.add(next.get());
      try (InputStream data = reader.data()) { // a hole may be claimed to be of any size
        data.skipNBytes(Math.min(next.get().size(), 100_000));
      }
    }
    return entries;
  }

  private interface Reading {
    List<TarEntry> read() throws IOException;
  }

  /** What came of it, comparable: a refusal's text, or the entries. */
  private String outcome(Reading reading, int mutant) throws IOException {
    try {
      List<TarEntry> entries = reading.read();
      for (TarEntry entry : entries) {
        assertThat(entry.name().length()).isBetween(1, TarLimits.PATH);
        assertThat(entry.extents().size()).isLessThanOrEqualTo(TarLimits.EXTENTS);
        assertThat(entry.dataOffset() % 512).isZero();
      }
      return entries.toString();
    } catch (StowageException.Corrupt e) {
      assertThat(e.getMessage()).as("seed %d mutant %d", seed, mutant).isNotEmpty();
      return "refused: " + e.getMessage();
    }
  }

  @Test
  void memoryIsBoundedByWhatCameNotByWhatIsClaimed() {
    byte[] header = Tars.header("x").type('x').size(TarLimits.EXTENDED_HEADER).bytes();
    var parser = new TarParser();
    parser.feed(header, 0, header.length, e -> {});
    byte[] endless = new Tars().file("a", "").cut();
    var global = new Tars().pax('g', "comment", "c".repeat(1000)).cut();
    for (int i = 0; i < 1_000; i++) { // many parsers that wait for a MiB hold next to nothing
      var waiting = new TarParser();
      waiting.feed(header, 0, header.length, e -> {});
    }
    var many = new TarParser();
    for (int i = 0; i < 200_000; i++) {
      many.feed(endless, 0, endless.length, e -> {});
    }
    assertThat(many.position()).isEqualTo(200_000L * 512);
    var globals = new TarParser();
    try {
      for (int i = 0; i < 5_000; i++) {
        globals.feed(global, 0, global.length, e -> {});
      }
      throw new AssertionError("global headers without end were taken");
    } catch (StowageException.Corrupt e) {
      assertThat(e).hasMessageContaining("global");
    }
  }
}
