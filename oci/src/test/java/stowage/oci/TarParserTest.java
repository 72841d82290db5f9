package stowage.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static stowage.oci.Tars.header;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stowage.base.StowageException;
import stowage.oci.TarEntry.Extent;
import stowage.oci.TarEntry.Type;

class TarParserTest {
  private static TarEntry only(byte[] tar) {
    var entries = Tars.parse(tar, tar.length);
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  private static void refused(byte[] tar, String... words) {
    assertThatThrownBy(() -> Tars.parse(tar, tar.length))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void dataOffsetsAreExactHoweverTheStreamIsCut() {
    byte[] tar =
        new Tars()
            .file("a", "x".repeat(700))
            .pax("path", "long/b", "mtime", "5.25")
            .file("short", "y")
            .gnuLong('L', "c".repeat(200))
            .file("cut", "z".repeat(512))
            .directory("d/")
            .end();
    var whole = Tars.parse(tar, tar.length);
    assertThat(whole).extracting(TarEntry::dataOffset).containsExactly(512L, 3072L, 5120L, 6144L);
    assertThat(whole).extracting(TarEntry::name)
        .containsExactly("a", "long/b", "c".repeat(200), "d/");
    for (int piece : new int[] {1, 7, 511, 512, 513, 1000, 4096}) {
      assertThat(Tars.parse(tar, piece)).isEqualTo(whole);
    }
  }

  @Test
  void everyTypeIsTold() {
    byte[] tar =
        new Tars()
            .add(header("old").v7().type('\0'))
            .add(header("olddir/").v7().type('\0'))
            .add(header("contiguous").type('7'), "data")
            .hardLink("hard", "old")
            .symlink("soft", "../../etc")
            .add(header("char").type('3').device(1, 3))
            .add(header("block").type('4').device(259, 70000))
            .add(header("dir").type('5').size(4096))
            .add(header("fifo").type('6').size(7))
            .end();
    var entries = Tars.parse(tar, tar.length);
    assertThat(entries).extracting(TarEntry::type)
        .containsExactly(Type.FILE, Type.DIRECTORY, Type.FILE, Type.HARD_LINK, Type.SYMLINK,
            Type.CHARACTER_DEVICE, Type.BLOCK_DEVICE, Type.DIRECTORY, Type.FIFO);
    assertThat(entries.get(4).link()).isEqualTo("../../etc");
    assertThat(entries.get(6).deviceMinor()).isEqualTo(70000);
    assertThat(entries.get(7).size()).isZero();
  }

  @Test
  void aHardLinksDataIsSkippedOnlyWhenNoHeaderFollows() {
    byte[] with = new Tars().hardLink("h", "a").cut();
    byte[] linkdata =
        new Tars().add(header("h").type('1').link("a"), "x".repeat(1000)).file("b", "").end();
    assertThat(Tars.parse(linkdata, 100)).extracting(TarEntry::name).containsExactly("h", "b");
    byte[] claimed = new Tars().add(header("h").type('1').link("a").size(9)).file("b", "").end();
    assertThat(Tars.parse(claimed, 100)).extracting(TarEntry::name).containsExactly("h", "b");
    assertThat(only(with).size()).isZero();
  }

  @Test
  void paxRecordsGoBeforeTheHeader() {
    byte[] tar =
        new Tars()
            .pax("uid", "3000000000", "gid", "2097152", "mtime", "-1.25", "linkpath", "no",
                "SCHILY.xattr.user.a", "b\0=\n", "SCHILY.xattr.user.empty", "",
                "LIBARCHIVE.xattr.user.%3D", "AAE", "comment", "ignored")
            .file("f", "")
            .file("g", "")
            .end();
    var entries = Tars.parse(tar, tar.length);
    TarEntry f = entries.get(0);
    assertThat(f.uid()).isEqualTo(3000000000L);
    assertThat(f.gid()).isEqualTo(2097152);
    assertThat(f.mtimeSeconds()).isEqualTo(-2);
    assertThat(f.mtimeNanos()).isEqualTo(750_000_000);
    assertThat(f.xattrs())
        .isEqualTo(Map.of("user.a", "b\0=\n", "user.empty", "", "user.=", "\0\1"));
    assertThat(entries.get(1).uid()).isZero();
    assertThat(entries.get(1).xattrs()).isEmpty();
  }

  @Test
  void globalRecordsHoldUntilTakenBack() {
    byte[] tar =
        new Tars()
            .pax('g', "uid", "7", "SCHILY.xattr.user.g", "1")
            .file("a", "")
            .pax("uid", "")
            .file("b", "")
            .pax('g', "gid", "8")
            .file("c", "")
            .end();
    var entries = Tars.parse(tar, tar.length);
    assertThat(entries).extracting(TarEntry::uid).containsExactly(7L, 0L, 7L);
    assertThat(entries).extracting(TarEntry::gid).containsExactly(0L, 0L, 8L);
    assertThat(entries.get(2).xattrs()).containsKey("user.g");
    refused(new Tars().pax('g', "path", "evil").file("a", "").end(), "path");
  }

  @Test
  void numbersInBase256() {
    TarEntry entry =
        only(
            new Tars()
                .add(header("n").binary(108, 8, 4294967294L).binary(136, 12, -5))
                .end());
    assertThat(entry.uid()).isEqualTo(4294967294L);
    assertThat(entry.mtimeSeconds()).isEqualTo(-5);
    refused(new Tars().add(header("n").binary(124, 12, -1)).end(), "\"n\"", "negative");
    refused(
        new Tars().add(header("n").put(124, 12, "\u0080\1\0\0\0\0\0\0\0\0\0\0")).end(),
        "\"n\"", "size");
    refused(new Tars().add(header("n").binary(108, 8, 4294967295L)).end(), "\"n\"", "uid");
    refused(new Tars().add(header("n").put(108, 8, "12x4")).end(), "\"n\"", "uid");
  }

  @Test
  void sizesBeyond8GiBCountTheStreamNotTheMemory() {
    byte[] tar = new Tars().add(header("big").size(9L << 30)).cut();
    var parser = new TarParser();
    var chunk = new byte[1 << 20];
    parser.feed(tar, 0, tar.length, e -> assertThat(e.size()).isEqualTo(9L << 30));
    for (int i = 0; i < 9 << 10; i++) {
      parser.feed(chunk, 0, chunk.length, e -> {
        throw new AssertionError();
      });
    }
    byte[] rest = new Tars().file("after", "x").end();
    parser.feed(rest, 0, rest.length, e -> assertThat(e.dataOffset()).isEqualTo((9L << 30) + 1024));
    parser.end();
    assertThat(parser.isAtEnd()).isTrue();
  }

  @Test
  void sparseFilesOfEveryForm() throws IOException {
    byte[] expanded = new byte[5000];
    Arrays.fill(expanded, 1024, 1536, (byte) 'd');
    Arrays.fill(expanded, 4096, 4106, (byte) 'd');
    String data = "d".repeat(522);
    byte[] tar =
        new Tars()
            .pax("GNU.sparse.size", "5000", "GNU.sparse.numblocks", "2",
                "GNU.sparse.offset", "1024", "GNU.sparse.numbytes", "512",
                "GNU.sparse.offset", "4096", "GNU.sparse.numbytes", "10")
            .file("0.0", data)
            .pax("GNU.sparse.size", "5000", "GNU.sparse.map", "1024,512,4096,10",
                "GNU.sparse.name", "0.1", "GNU.sparse.numblocks", "2")
            .file("GNUSparseFile.1/0.1", data)
            .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.name", "1.0",
                "GNU.sparse.realsize", "5000")
            .file("x", "2\n1024\n512\n4096\n10\n" + "\0".repeat(512 - 19) + data)
            .add(
                header("S").gnu().type('S').octal(386, 12, 1024).octal(398, 12, 512)
                    .octal(410, 12, 4096).octal(422, 12, 10).octal(483, 12, 5000),
                data)
            .end();
    assertThat(Tars.read(tar)).hasSize(4).allSatisfy(
        read -> {
          assertThat(read.entry().isSparse()).isTrue();
          assertThat(read.entry().extents())
              .containsExactly(new Extent(1024, 512), new Extent(4096, 10));
          assertThat(read.data()).isEqualTo(expanded);
        });
    assertThat(Tars.parse(tar, 3)).extracting(TarEntry::name)
        .containsExactly("0.0", "0.1", "1.0", "S");
  }

  @Test
  void whatFollowsTheEndIsCountedAndNeverParsed() {
    byte[] tar = new Tars().file("a", "1").raw(new byte[1024]).file("b", "2").cut();
    assertThat(only(tar).name()).isEqualTo("a");
    var parser = new TarParser();
    parser.feed(tar, 0, tar.length, e -> {});
    assertThat(parser.position()).isEqualTo(tar.length);
  }

  @Test
  void theEndMayBeShortButNotInTheMiddle() {
    byte[] whole = new Tars().file("a", "1").cut();
    assertThat(only(whole).name()).isEqualTo("a");
    assertThat(only(new Tars().raw(whole).raw(new byte[512]).cut()).name()).isEqualTo("a");
    assertThat(Tars.parse(new byte[0], 1)).isEmpty();
    refused(Arrays.copyOf(whole, 700), "\"a\"", "truncated");
    refused(Arrays.copyOf(whole, 513), "\"a\"", "truncated");
    refused(new Tars().raw(whole).raw(new byte[100]).cut(), "\"a\"", "truncated");
    refused(new Tars().raw(whole).raw(new byte[512]).file("b", "").end(), "\"a\"", "zeroes");
    refused(new Tars().raw(whole).pax("path", "b").cut(), "truncated");
    refused(new Tars().raw(whole).pax("path", "b").end(), "without its entry");
  }

  @Test
  void checksumsOfSignedBytesAreRight() {
    byte[] signed = header("caf\u00e9").bytes();
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : signed[i];
    }
    byte[] digits = "%06o\0 ".formatted(sum).getBytes(US_ASCII);
    System.arraycopy(digits, 0, signed, 148, 8);
    assertThat(only(signed).name()).isEqualTo("caf\u00e9");
    refused(new Tars().file("a", "").add(header("b").unsound()).end(), "\"b\"", "checksum");
    refused("this is no tar".repeat(99).getBytes(US_ASCII),
        "not a tar");
  }

  @Test
  void oldGoPrefixesInGnuHeadersAreRead() {
    TarEntry entry = only(new Tars().add(header("name").gnu().put(345, 155, "usr/lib")).end());
    assertThat(entry.name()).isEqualTo("usr/lib/name");
    entry = only(new Tars().add(header("name").gnu().octal(345, 12, 1).octal(357, 12, 1)).end());
    assertThat(entry.name()).isEqualTo("name");
  }

  @Test
  void limitsNameTheEntry() {
    refused(new Tars().pax("path", "a/" + "b".repeat(256)).file("x", "").end(), "bbb", "255");
    refused(new Tars().pax("path", "a/".repeat(2049)).file("x", "").end(), "a/a/", "4096");
    refused(new Tars().gnuLong('L', "l/".repeat(3000)).file("x", "").end(), "4096");
    refused(new Tars().gnuLong('K', "k".repeat(4096)).symlink("s", "x").end(), "\"s\"", "4095");
    refused(new Tars().pax("SCHILY.xattr.user.x", "v".repeat(65537)).file("x", "").end(), "user.x");
    refused(new Tars().pax("path", "a\0b").file("x", "").end(), "NUL");
    refused(new Tars().add(header("x").type('x').size((1 << 20) + 1)).cut(), "\"x\"", "1048576");
    var many = new String[20_002];
    Arrays.fill(many, "k");
    refused(new Tars().pax(many).file("x", "").end(), "10000");
    refused(new Tars().file("", "").end(), "no name");
    refused(new Tars().symlink("s", "").end(), "\"s\"", "nothing");
    refused(new Tars().add(header("z").type('Z')).end(), "\"z\"", "\"Z\"");
  }
}
