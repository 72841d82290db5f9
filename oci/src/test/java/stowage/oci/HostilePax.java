package stowage.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static stowage.oci.Tars.header;

import java.util.List;
import java.util.function.UnaryOperator;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Link;

/** PAX records that lie about themselves, and entries that two readers would read differently. */
final class HostilePax {
  private HostilePax() {}

  static void add(Cases cases) {
    records(cases);
    values(cases);
    sizes(cases);
    globals(cases);
  }

  private static byte[] raw(String records) {
    return new Tars().add(header("PaxHeaders/f").type('x'), records).file("f", "1").end();
  }

  private static void records(Cases cases) {
    List<String> bad =
        List.of(
            "0 path=x\n", "4 a=\n", "100 path=x\n", "8 path=x\n", "11 path=x\n", "-1 path=x\n",
            "+10 path=x\n", " 10 path=x\n", "10path=x\n", "10 path:x\n", "10 =pathx\n", "6 =a\n\n",
            "10 path=xx", "path=x\n", "\n", " ", "99999999999999999999 path=x\n",
            "2147483657 path=x\n", "4294967306 path=x\n", "18446744073709551626 path=x\n",
            "a path=x\n", "10 path=x\n1", "10 path=x\n10", "10 path=x\n5 a=b\n", "3 \n", "1", "2 ",
            "0x0a path=x\n", "\00010 path=x\n", "10 path=x\n\0", "10\tpath=x\n");
    for (int i = 0; i < bad.size(); i++) {
      String records = bad.get(i);
      cases.refused("pax-record-%d".formatted(i), "PAX record", () -> raw(records));
    }
    cases.taken("pax-record-leading-zeroes", () -> raw("00000000019 path=x\n"),
        new Content("x", "1"));
    cases.taken("pax-record-none", () -> raw(""), new Content("f", "1"));
    cases.taken("pax-record-unknown",
        () -> new Tars().pax("EVIL.path", "../x", "Path", "../y", "vendor.size", "9")
            .file("f", "1").end(),
        new Content("f", "1"));
    cases.taken("pax-record-with-lines",
        () -> new Tars().pax("comment", "x\n19 path=../../evil\n").file("f", "1").end(),
        new Content("f", "1"));
    cases.refused("pax-records-10001", "10000", () -> many(10_001));
    cases.taken("pax-records-10000", () -> many(10_000), new Content("f", "1"));
    cases.refused("pax-records-100000", "10000", () -> many(100_000));
  }

  private static byte[] many(int count) {
    return raw("6 a=b\n".repeat(count));
  }

  private static void values(Cases cases) {
    for (String id : List.of("-1", "4294967295", "18446744073709551616", "1.5", "abc", "0x10",
        " 1", "+1", "1e3")) {
      cases.refused("pax-uid-" + id, "\"f\"", () -> new Tars().pax("uid", id).file("f", "").end());
      cases.refused("pax-gid-" + id, "\"f\"", () -> new Tars().pax("gid", id).file("f", "").end());
    }
    for (String time : List.of("NaN", "1e9", "99999999999999999999", "-", "1.2.3", "1,5", "inf",
        "0x1", "1.x", " 1")) {
      cases.refused("pax-mtime-" + time, "\"f\"",
          () -> new Tars().pax("mtime", time).file("f", "").end());
    }
    cases.taken("pax-mtime-many-digits",
        () -> new Tars().pax("mtime", "1." + "9".repeat(10_000)).file("f", "1").end(),
        new Content("f", "1"));
    cases.either("pax-mtime-far-away",
        () -> new Tars().pax("mtime", "-9223372036854775808.5").file("f", "1").end(),
        new Content("f", "1"));
    cases.taken("pax-path-twice",
        () -> new Tars().pax("path", "../evil", "path", "good").file("f", "1").end(),
        new Content("good", "1"), new Absent("evil"));
    cases.taken("pax-path-taken-back",
        () -> new Tars().pax("path", "../evil", "path", "").file("f", "1").end(),
        new Content("f", "1"));
    cases.taken("pax-path-for-one-entry",
        () -> new Tars().pax("path", "one").file("x", "1").file("y", "2").end(),
        new Content("one", "1"), new Content("y", "2"));
    cases.taken("pax-two-headers-the-last-counts",
        () -> new Tars().pax("path", "one", "linkpath", "a").pax("linkpath", "b").symlink("s", "c")
            .end(),
        new Link("s", "b"), new Absent("one"));
    cases.taken("pax-linkpath-of-a-file",
        () -> new Tars().pax("linkpath", "../../etc/passwd").file("f", "1").end(),
        new Content("f", "1"));
    cases.taken("pax-charset-binary",
        () -> new Tars().pax("hdrcharset", "BINARY", "path", "\u00ff").file("f", "1").end(),
        new Content("\u00ff", "1"));
    cases.taken("pax-of-solaris",
        () ->
            new Tars()
                .add(header("p").type('X'), Tars.record("path", "solaris"))
                .file("f", "1").end(),
        new Content("solaris", "1"));
  }

  private static void sizes(Cases cases) {
    String hidden = new String(new Tars().file("hidden", "2").cut(), ISO_8859_1);
    cases.taken("pax-size-smaller-than-the-headers",
        () -> new Tars().pax("size", "0").add(header("f").size(1024))
            .raw(new Tars().file("hidden", "2").cut()).end(),
        new Content("f", ""), new Content("hidden", "2"));
    cases.taken("pax-size-larger-than-the-headers",
        () -> new Tars().pax("size", "1024").add(header("f").size(0))
            .raw(new Tars().file("hidden", "2").cut()).end(),
        new Content("f", hidden), new Absent("hidden"));
    cases.taken("pax-size-of-a-directory",
        () -> new Tars().pax("size", "1024").directory("d/").file("f", "1").end(),
        new Content("f", "1"));
    for (String size : List.of("-1", "1.5", "abc", "9223372036854775808", "1e3", "0x10", "")) {
      UnaryOperator<Tars> entry = tar -> tar.pax("size", size).file("f", "1");
      if (size.isEmpty()) {
        cases.taken("pax-size-taken-back", () -> entry.apply(new Tars()).end(),
            new Content("f", "1"));
      } else {
        cases.refused("pax-size-" + size, "\"f\"", () -> entry.apply(new Tars()).end());
      }
    }
    cases.refused("pax-size-a-terabyte", "\"f\"",
        () -> new Tars().pax("size", "1099511627776").file("f", "1").end());
    cases.refused("pax-size-largest", "\"f\"",
        () -> new Tars().pax("size", "9223372036854775807").file("f", "1").end());
    cases.refused("pax-size-misses-the-next-header", "checksum",
        () -> new Tars().pax("size", "513").add(header("f").size(1))
            .raw("a".getBytes(US_ASCII)).pad().raw("rubbish".getBytes(US_ASCII)).pad()
            .raw("rubbish".getBytes(US_ASCII)).pad().end());
  }

  private static void globals(Cases cases) {
    for (String keyword : List.of("path", "linkpath", "size", "GNU.sparse.name",
        "GNU.sparse.major", "GNU.sparse.map", "GNU.sparse.size")) {
      cases.refused("pax-global-" + keyword, keyword,
          () -> new Tars().pax('g', keyword, "1").file("f", "").end());
    }
    cases.refused("pax-global-sparse-offset", "sparse",
        () -> new Tars().pax('g', "GNU.sparse.offset", "1").file("f", "").end());
    cases.taken("pax-global-comment",
        () -> new Tars().pax('g', "comment", "0123456789abcdef").file("f", "1").end(),
        new Content("f", "1"));
    cases.taken("pax-global-uid",
        () -> new Tars().pax('g', "uid", "1", "gid", "2", "mtime", "3.5").file("f", "1").end(),
        new Content("f", "1"));
    cases.refused("pax-global-uid-of-rubbish", "\"f\"",
        () -> new Tars().pax('g', "uid", "root").file("f", "1").end());
    cases.refused("pax-global-without-end", "global",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 40; i++) {
            tar.pax('g', "SCHILY.xattr.user.k" + i, "v".repeat(60_000));
          }
          return tar.file("f", "1").end();
        });
  }
}
