package stowage.oci;

import static stowage.oci.Tars.header;

import java.util.List;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Size;

/** Sparse files that are bombs, and maps that contradict themselves. */
final class HostileSparse {
  private static final long BOMB = 8L << 40;

  private HostileSparse() {}

  static void add(Cases cases) {
    bombs(cases);
    maps(cases);
    texts(cases);
    old(cases);
    sound(cases);
  }

  private static Tars one(String realSize, String map, String data) {
    String padded = map + "\0".repeat((512 - map.length() % 512) % 512);
    return new Tars()
        .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.name", "f",
            "GNU.sparse.realsize", realSize)
        .file("x", padded + data);
  }

  private static Tars map(String size, String map, String data) {
    return new Tars().pax("GNU.sparse.size", size, "GNU.sparse.map", map).file("f", data);
  }

  private static Tars.Header old(long realSize, long... numbers) {
    var header = header("f").gnu().type('S').binary(483, 12, realSize);
    for (int i = 0; i < numbers.length; i++) {
      header.binary(386 + 12 * i, 12, numbers[i]);
    }
    return header;
  }

  private static void bombs(Cases cases) {
    String bomb = Long.toString(BOMB);
    cases.either("sparse-8t-one", () -> one(bomb, "0\n", "").end(), new Size("f", BOMB));
    cases.either("sparse-8t-map", () -> map(bomb, BOMB + ",0", "").end(), new Size("f", BOMB));
    cases.either("sparse-8t-old", () -> new Tars().add(old(BOMB, BOMB, 0)).end(),
        new Size("f", BOMB));
    cases.either("sparse-8t-with-a-byte-at-each-end",
        () -> map(bomb, "0,1," + (BOMB - 1) + ",1", "ab").end(), new Size("f", BOMB));
    cases.either("sparse-8-exbibytes",
        () -> map(Long.toString(Long.MAX_VALUE), Long.MAX_VALUE + ",0", "").end());
    cases.either("sparse-1000-times-8t",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 1000; i++) {
            tar.pax("GNU.sparse.size", bomb, "GNU.sparse.map", bomb + ",0").file("f" + i, "");
          }
          return tar.end();
        });
    cases.either("sparse-a-byte-in-each-of-20000-pieces",
        () -> {
          var map = new StringBuilder();
          for (long i = 0; i < 20_000; i++) {
            map.append(map.isEmpty() ? "" : ",").append(i << 16).append(",1");
          }
          return map(Long.toString(20_000L << 16), map.toString(), "x".repeat(20_000)).end();
        },
        new Size("f", 20_000L << 16));
  }

  private static void maps(Cases cases) {
    List<String> bad =
        List.of(
            "0", "0,1,2", "1024,512,512,512", "0,1024,512,512", "0,-1", "-1,1", "0,1,0,1",
            "4999,2", "5001,0", "9223372036854775807,1", "1,9223372036854775807", "a,b", "0,,1,1",
            ",", "0,1 ", "0x0,1", "18446744073709551616,1", "0,522,600,1", "1e3,522");
    for (int i = 0; i < bad.size(); i++) {
      String map = bad.get(i);
      cases.refused("sparse-map-%d".formatted(i), "\"f\"",
          () -> map("5000", map, "d".repeat(522)).end());
    }
    for (String size : List.of("-1", "abc", "9223372036854775808", "10")) {
      cases.refused("sparse-size-" + size, "\"f\"",
          () -> map(size, "0,522", "d".repeat(522)).end());
    }
    cases.refused("sparse-without-a-size", "\"f\"",
        () -> new Tars().pax("GNU.sparse.map", "0,1").file("f", "1").end());
    cases.refused("sparse-count-lies", "\"f\"",
        () ->
            new Tars().pax("GNU.sparse.size", "5", "GNU.sparse.map", "0,1",
                "GNU.sparse.numblocks", "2").file("f", "1").end());
    cases.refused("sparse-numbers-do-not-take-turns", "sparse",
        () ->
            new Tars().pax("path", "f", "GNU.sparse.size", "5", "GNU.sparse.numblocks", "1",
                "GNU.sparse.numbytes", "1", "GNU.sparse.offset", "0").file("f", "1").end());
    cases.refused("sparse-offset-without-a-size", "\"f\"",
        () ->
            new Tars().pax("GNU.sparse.size", "5", "GNU.sparse.numblocks", "1",
                "GNU.sparse.offset", "0").file("f", "1").end());
    cases.refused("sparse-less-data-than-the-map", "\"f\"",
        () -> map("5000", "0,4000", "d").end());
    cases.refused("sparse-more-data-than-the-map", "\"f\"",
        () -> map("5000", "0,1", "d".repeat(3000)).end());
    for (String version : List.of("1.1", "2.0", "0.2", "-1.0", "1.", "x.y")) {
      String[] parts = version.split("\\.", -1);
      cases.refused("sparse-version-" + version, "\"f\"",
          () -> new Tars().pax("GNU.sparse.major", parts[0], "GNU.sparse.minor", parts[1],
              "GNU.sparse.realsize", "1", "GNU.sparse.size", "1").file("f", "0\n").end());
    }
  }

  private static void texts(Cases cases) {
    List<String> bad =
        List.of("", "\n", "x\n", "-1\n", "1\n", "1\n0\n", "1\n0\n-5\n", "2\n0\n1\n",
            "1\n4999\n2\n", "99999999999999999999\n", "100001\n", "1\n\n1\n", "1 0 1\n",
            "1\n0\n5\n", "1,0,1\n", "9223372036854775807\n");
    for (int i = 0; i < bad.size(); i++) {
      String map = bad.get(i);
      cases.refused("sparse-text-%d".formatted(i), "\"f\"", () -> one("5000", map, "d").end());
    }
    cases.refused("sparse-text-longer-than-the-entry", "\"f\"",
        () -> one("5000", "9\n" + "1\n".repeat(255), "").end());
    cases.refused("sparse-text-of-zeroes", "\"f\"", () -> one("5000", "0".repeat(512), "").end());
    cases.refused("sparse-text-without-a-real-size", "\"x\"",
        () -> new Tars().pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0").file("x", "0\n")
            .end());
    cases.refused("sparse-text-100001-extents", "\"f\"",
        () -> {
          var map = new StringBuilder("100001\n");
          for (int i = 0; i < 100_001; i++) {
            map.append(2 * i).append("\n1\n");
          }
          return one("5000000", map.toString(), "d".repeat(100_001)).end();
        });
  }

  private static void old(Cases cases) {
    cases.refused("sparse-old-overlap", "\"f\"",
        () -> new Tars().add(old(5000, 0, 1024, 512, 512), "d".repeat(1536)).end());
    cases.refused("sparse-old-beyond", "\"f\"",
        () -> new Tars().add(old(5000, 4999, 2), "dd").end());
    cases.refused("sparse-old-negative-size", "\"f\"", () -> new Tars().add(old(-1)).end());
    cases.refused("sparse-old-negative-offset", "\"f\"",
        () -> new Tars().add(old(5000, -1, 1), "d").end());
    cases.refused("sparse-old-overflow", "\"f\"",
        () -> new Tars().add(old(5000, Long.MAX_VALUE, Long.MAX_VALUE), "d").end());
    cases.refused("sparse-old-data-without-extents", "\"f\"",
        () -> new Tars().add(old(5000), "d").end());
    cases.refused("sparse-old-in-ustar", "\"f\"",
        () -> new Tars().add(header("f").type('S'), "d").end());
    cases.refused("sparse-old-extension-missing", "\"f\"",
        () -> new Tars().add(old(5000, 0, 1).put(482, 1, "\1").size(1)).cut());
    cases.refused("sparse-old-extension-is-data", "\"f\"",
        () -> new Tars().add(old(5000, 0, 1).put(482, 1, "\1"), "d".repeat(600)).end());
    cases.refused("sparse-old-extensions-without-end", "\"f\"",
        () -> {
          var tar = new Tars().add(old(5000).put(482, 1, "\1").size(0));
          byte[] more = header("").put(0, 512, "").put(504, 1, "\1").bytesAsTheyAre();
          for (int i = 0; i < 2000; i++) {
            tar.raw(more);
          }
          return tar.cut();
        });
  }

  private static void sound(Cases cases) {
    cases.taken("sparse-name-is-another",
        () ->
            new Tars().pax("GNU.sparse.name", "f", "GNU.sparse.size", "4", "GNU.sparse.map", "1,2")
                .file("GNUSparseFile.0/f", "ab").end(),
        new Content("f", "\0ab\0"), new Absent("GNUSparseFile.0"));
    cases.taken("sparse-all-hole", () -> map("3000", "3000,0", "").end(),
        new Content("f", "\0".repeat(3000)));
    cases.taken("sparse-not-aligned", () -> one("10", "2\n1\n2\n7\n3\n", "abcde").end(),
        new Content("f", "\0ab\0\0\0\0cde"));
    cases.taken("sparse-empty", () -> one("0", "0\n", "").end(), new Content("f", ""));
    cases.taken("sparse-records-on-a-directory",
        () -> new Tars().pax("GNU.sparse.size", "1", "GNU.sparse.map", "0,1").directory("d/")
            .file("f", "1").end(),
        new Content("f", "1"));
    cases.taken("sparse-and-a-hard-link",
        () -> map("4", "1,2", "ab").hardLink("h", "f").end(), new Content("h", "\0ab\0"));
  }
}
