package stowage.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static stowage.oci.Tars.header;

import java.util.Arrays;
import java.util.function.Supplier;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;

/** Tars that end too early, too late, or not at all. */
final class HostileCuts {
  private HostileCuts() {}

  static void add(Cases cases) {
    early(cases);
    ends(cases);
  }

  private static void cut(
      Cases cases, String name, String word, Supplier<Tars> tar, int from, int... lengths) {
    for (int length : lengths) {
      cases.refused("trunc-%s-%d".formatted(name, length), word,
          () -> Arrays.copyOf(tar.get().cut(), from + length));
    }
  }

  private static void early(Cases cases) {
    cut(cases, "first-header", "not a tar", () -> new Tars().file("f", "1"), 0, 1, 100, 511);
    cut(cases, "data", "\"f\"", () -> new Tars().file("f", "x".repeat(5000)), 512,
        0, 1, 511, 512, 4999, 5000, 5119);
    cut(cases, "next-header", "\"f\"", () -> new Tars().file("f", "1").file("g", "2"), 1024,
        1, 100, 511);
    cut(cases, "pax-header", "truncated",
        () -> new Tars().file("f", "1").pax("path", "g").file("g", "2"), 1024, 512, 513, 520, 1023,
        1024);
    cut(cases, "long-name", "truncated",
        () -> new Tars().file("f", "1").gnuLong('L', "g".repeat(600)).file("x", "2"), 1024,
        512, 1000, 1113, 1536);
    cut(cases, "sparse-map", "truncated",
        () -> new Tars().pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0",
            "GNU.sparse.realsize", "9").file("f", "1\n0\n1\n" + "\0".repeat(506) + "d"), 1024,
        512, 700, 1023, 1024);
  }

  private static void ends(Cases cases) {
    Content f = new Content("f", "1");
    cases.taken("end-missing", () -> new Tars().file("f", "1").cut(), f);
    cases.taken("end-of-one-block", () -> new Tars().file("f", "1").raw(new byte[512]).cut(), f);
    cases.refused("end-of-half-a-block", "\"f\"",
        () -> new Tars().file("f", "1").raw(new byte[256]).cut());
    cases.refused("end-of-one-block-then-an-entry", "\"f\"",
        () -> new Tars().file("f", "1").raw(new byte[512]).file("g", "2").end());
    cases.taken("end-then-an-entry",
        () -> new Tars().raw(new Tars().file("f", "1").end()).file("evil", "2").end(),
        f, new Absent("evil"));
    cases.taken("end-then-another-tar",
        () ->
            new Tars().raw(new Tars().file("f", "1").end()).raw(new Tars().file("f", "2").end())
                .cut(),
        f);
    cases.taken("end-then-rubbish",
        () -> new Tars().raw(new Tars().file("f", "1").end())
            .raw("rubbish".repeat(9999).getBytes(US_ASCII)).cut(),
        f);
    cases.taken("end-then-a-bad-header",
        () -> new Tars().raw(new Tars().file("f", "1").end()).add(header("../x").unsound()).cut(),
        f);
    cases.taken("end-of-a-record", () -> new Tars().raw(new Tars().file("f", "1").end())
        .raw(new byte[10240 - 2048]).cut(), f);
    cases.taken("end-then-a-megabyte-of-zeroes",
        () -> new Tars().raw(new Tars().file("f", "1").end()).raw(new byte[1 << 20]).cut(), f);
    cases.taken("end-at-once", () -> new Tars().end(), new Absent("f"));
    cases.either("end-without-a-byte", () -> new byte[0]);
    cases.taken("end-in-the-middle-of-data",
        () -> new Tars().file("f", "1").file("z", "\0".repeat(4096)).file("g", "2").end(),
        f, new Content("g", "2"));
  }
}
