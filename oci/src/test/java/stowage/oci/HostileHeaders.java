package stowage.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static stowage.oci.Tars.header;

import java.util.Arrays;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Dir;
import stowage.oci.HostileTars.Look.Link;

/** Headers that lie: sums, sizes, numbers, types, magic. */
final class HostileHeaders {
  private HostileHeaders() {}

  static void add(Cases cases) {
    sums(cases);
    sizes(cases);
    numbers(cases);
    types(cases);
    extended(cases);
  }

  private static void sums(Cases cases) {
    cases.refused("header-sum-of-the-first", "checksum",
        () -> new Tars().add(header("f").unsound()).end());
    cases.refused("header-sum-of-the-second", "\"g\"",
        () -> new Tars().file("f", "1").add(header("g").unsound()).end());
    cases.refused("header-sum-says-where", "at byte 1024",
        () -> new Tars().file("f", "1").add(header("g").unsound()).end());
    cases.refused("header-text", "not a tar",
        () -> "<html>404 not found</html>".repeat(100).getBytes(US_ASCII));
    cases.refused("header-all-ones", "not a tar",
        () -> {
          var bytes = new byte[2048];
          Arrays.fill(bytes, (byte) 0xff);
          return bytes;
        });
    cases.refused("header-another-archive", "not a tar",
        () -> new Tars().raw("PK\3\4".getBytes(US_ASCII)).raw(new byte[2000]).cut());
    cases.refused("header-rubbish-after-an-entry", "\"f\"",
        () -> new Tars().file("f", "1").raw("rubbish".repeat(200).getBytes(US_ASCII)).cut());
    cases.taken("header-magic-of-nobody",
        () -> new Tars().add(header("f").put(257, 8, "nobody!"), "1").end(), new Content("f", "1"));
    cases.taken("header-magic-of-another-version",
        () -> new Tars().add(header("f").put(257, 8, "ustar\00099"), "1").end(),
        new Content("f", "1"));
    cases.taken("header-magic-without-a-version",
        () -> new Tars().add(header("f").put(257, 8, "ustar"), "1").end(), new Content("f", "1"));
  }

  private static void sizes(Cases cases) {
    cases.refused("size-negative", "\"f\"",
        () -> new Tars().add(header("f").binary(124, 12, -1)).end());
    cases.refused("size-most-negative", "\"f\"",
        () -> new Tars().add(header("f").binary(124, 12, Long.MIN_VALUE)).end());
    cases.refused("size-largest-long", "\"f\"",
        () -> new Tars().add(header("f").binary(124, 12, Long.MAX_VALUE)).end());
    cases.refused("size-2-63", "\"f\"",
        () -> new Tars().add(header("f").put(124, 12, "\u0080\0\0\0\u0080\0\0\0\0\0\0\0")).end());
    cases.refused("size-2-94", "\"f\"",
        () -> new Tars().add(header("f").put(124, 12, "\u00bf" + "\u00ff".repeat(11))).end());
    cases.refused("size-a-terabyte-and-one-byte", "\"f\"",
        () -> new Tars().add(header("f").size(1L << 40)).raw(new byte[] {1}).cut());
    cases.refused("size-8-exbibytes-less-one", "\"f\"",
        () -> new Tars().add(header("f").size(Long.MAX_VALUE - 5000)).raw(new byte[512]).cut());
    cases.refused("size-largest-octal", "\"f\"",
        () -> new Tars().add(header("f").size(077777777777L)).raw(new byte[2048]).cut());
    cases.refused("size-rubbish", "\"f\"",
        () -> new Tars().add(header("f").put(124, 12, "123abc")).end());
    cases.refused("size-hex", "\"f\"",
        () -> new Tars().add(header("f").put(124, 12, "0x1F")).end());
    cases.refused("size-with-a-minus", "\"f\"",
        () -> new Tars().add(header("f").put(124, 12, "-0000000001")).end());
    cases.refused("size-decimal-digits", "\"f\"",
        () -> new Tars().add(header("f").put(124, 12, "00000000009")).end());
    cases.taken("size-empty",
        () -> new Tars().add(header("f").put(124, 12, "")).file("g", "1").end(),
        new Content("f", ""), new Content("g", "1"));
    cases.taken("size-with-spaces",
        () -> new Tars().add(header("f").put(124, 12, "         3 "))
            .raw("abc".getBytes(US_ASCII)).pad().end(),
        new Content("f", "abc"));
    cases.taken("size-of-twelve-digits",
        () -> new Tars().add(header("f").put(124, 12, "000000000003"))
            .raw("abc".getBytes(US_ASCII)).pad().end(),
        new Content("f", "abc"));
    cases.taken("size-in-base-256",
        () -> new Tars().add(header("f").binary(124, 12, 3)).raw("abc".getBytes(US_ASCII)).pad()
            .end(),
        new Content("f", "abc"));
    cases.taken("size-of-a-directory",
        () -> new Tars().add(header("d").type('5').size(1 << 20)).file("f", "1").end(),
        new Dir("d"), new Content("f", "1"));
    cases.taken("size-of-a-symlink",
        () -> new Tars().add(header("s").type('2').link("x").size(1 << 20)).file("f", "1").end(),
        new Link("s", "x"), new Content("f", "1"));
    cases.refused("size-negative-of-a-directory", "\"d\"",
        () -> new Tars().add(header("d").type('5').binary(124, 12, -512)).end());
  }

  private static void numbers(Cases cases) {
    for (int at : new int[] {108, 116}) {
      String id = at == 108 ? "uid" : "gid";
      cases.refused(id + "-negative", "\"f\"",
          () -> new Tars().add(header("f").binary(at, 8, -1)).end());
      cases.refused(id + "-2-32-less-one", "\"f\"",
          () -> new Tars().add(header("f").binary(at, 8, 0xFFFFFFFFL)).end());
      cases.refused(id + "-2-62", "\"f\"",
          () -> new Tars().add(header("f").binary(at, 8, 1L << 61)).end());
      cases.refused(id + "-rubbish", "\"f\"",
          () -> new Tars().add(header("f").put(at, 8, "root")).end());
      cases.taken(id + "-largest",
          () -> new Tars().add(header("f").binary(at, 8, 0xFFFFFFFEL), "1").end(),
          new Content("f", "1"));
    }
    cases.refused("mtime-rubbish", "\"f\"",
        () -> new Tars().add(header("f").put(136, 12, "yesterday")).end());
    cases.either("mtime-far-future",
        () -> new Tars().add(header("f").binary(136, 12, 1L << 62), "1").end(),
        new Content("f", "1"));
    cases.either("mtime-far-past",
        () -> new Tars().add(header("f").binary(136, 12, Long.MIN_VALUE), "1").end(),
        new Content("f", "1"));
    cases.refused("mtime-2-80", "\"f\"",
        () -> new Tars().add(header("f").put(136, 12, "\u0080\1" + "\0".repeat(10))).end());
  }

  private static void types(Cases cases) {
    for (char type : "89ADEIMNZbz \u00ff\1".toCharArray()) {
      cases.refused("type-%x".formatted((int) type), "\"f\"",
          () -> new Tars().add(header("f").type(type)).end());
    }
    cases.taken("type-volume-label",
        () -> new Tars().add(header("../label").gnu().type('V')).file("f", "1").end(),
        new Content("f", "1"), new Absent("label"));
    cases.taken("type-nul", () -> new Tars().add(header("f").type('\0'), "1").end(),
        new Content("f", "1"));
    cases.taken("type-contiguous", () -> new Tars().add(header("f").type('7'), "1").end(),
        new Content("f", "1"));
  }

  private static void extended(Cases cases) {
    for (char type : "xgXLK".toCharArray()) {
      for (long size : new long[] {(1 << 20) + 1, 64 << 20, 1L << 40}) {
        cases.refused("extended-%c-%d".formatted(type, size), "\"long\"",
            () -> new Tars().add(header("long").type(type).size(size)).cut());
      }
      cases.refused("extended-%c-negative".formatted(type), "\"long\"",
          () -> new Tars().add(header("long").type(type).binary(124, 12, -512)).cut());
      cases.refused("extended-%c-cut".formatted(type), "\"long\"",
          () -> new Tars().add(header("long").type(type).size(1 << 20)).raw(new byte[1000]).cut());
    }
    cases.refused("extended-pax-without-an-entry", "truncated",
        () -> new Tars().file("f", "1").pax("path", "g").cut());
    cases.refused("extended-pax-before-the-end", "without its entry",
        () -> new Tars().file("f", "1").pax("path", "g").end());
    cases.refused("extended-long-name-before-the-end", "without its entry",
        () -> new Tars().file("f", "1").gnuLong('L', "g").end());
    cases.taken("extended-long-name-before-pax-path",
        () -> new Tars().gnuLong('L', "gnu").pax("path", "pax").file("ustar", "1").end(),
        new Content("gnu", "1"), new Absent("pax"), new Absent("ustar"));
    cases.taken("extended-long-name-twice",
        () -> new Tars().gnuLong('L', "one").gnuLong('L', "two").file("x", "1").end(),
        new Content("two", "1"), new Absent("one"));
    cases.taken("extended-long-name-for-one-entry",
        () -> new Tars().gnuLong('L', "one").file("x", "1").file("y", "2").end(),
        new Content("one", "1"), new Content("y", "2"));
    cases.taken("extended-long-link-of-a-file",
        () -> new Tars().gnuLong('K', "../../etc").file("f", "1").end(), new Content("f", "1"));
    cases.taken("extended-long-name-unterminated",
        () -> new Tars().add(header("long").gnu().type('L'), "abc").file("x", "1").end(),
        new Content("abc", "1"));
    cases.taken("extended-1000-headers-of-one-entry",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 1000; i++) {
            tar.pax("path", "p" + i);
          }
          return tar.file("x", "1").end();
        },
        new Content("p999", "1"), new Absent("p998"));
  }
}
