package stowage.oci;

import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Dir;

/** Layers that are sound and cost more than they should, if one is not careful. */
final class HostileMany {
  private HostileMany() {}

  static void add(Cases cases) {
    cases.taken("many-50000-entries",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 50_000; i++) {
            tar.file("f" + i, "");
          }
          return tar.file("last", "1").end();
        },
        new Content("last", "1"), new Content("f49999", ""));
    cases.taken("many-20000-implied-directories",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 20_000; i++) {
            tar.file("d" + i + "/a/b/f", "");
          }
          return tar.end();
        },
        new Dir("d19999/a/b"));
    cases.either("many-parts-of-a-path",
        () -> {
          var tar = new Tars();
          String deep = "d/".repeat(2000);
          for (int i = 0; i < 200; i++) {
            tar.pax("path", deep + i).file("x", "");
          }
          return tar.end();
        });
    cases.either("many-paths-of-2000-parts",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 200; i++) {
            tar.pax("path", i + "/" + "d/".repeat(2000) + "f").file("x", "");
          }
          return tar.end();
        });
    cases.either("many-steps-through-symlinks", HostileMany::steps);
    cases.taken("many-replaced-directories",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 5_000; i++) {
            tar.directory("d/").file("d/a/b/c", "").file("d", "x");
          }
          return tar.end();
        },
        new Content("d", "x"));
    cases.taken("many-links-then-replaced",
        () -> {
          var tar = new Tars().file("f", "1");
          for (int i = 0; i < 20_000; i++) {
            tar.hardLink("h" + i % 100, "f");
          }
          return tar.end();
        },
        new Content("h99", "1"));
    cases.takenUpon("many-whiteouts",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 20_000; i++) {
            tar.file("dir/.wh.n" + i, "");
          }
          return tar.end();
        },
        new Content("dir/file", "lower"));
    cases.taken("many-long-names",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 5_000; i++) {
            tar.gnuLong('L', "n".repeat(240) + i).file("x", "");
          }
          return tar.end();
        },
        new Content("n".repeat(240) + "4999", ""));
  }

  /** Symlinks whose targets walk to and fro, forty after each other, on the way of every entry. */
  private static byte[] steps() {
    var tar = new Tars().directory("d/");
    for (int i = 0; i < 39; i++) {
      tar.gnuLong('K', "d/../".repeat(810) + "s" + (i + 1)).symlink("s" + i, "x");
    }
    tar.directory("s39/");
    for (int i = 0; i < 1000; i++) {
      tar.file("s0/d" + i + "/f", "");
    }
    return tar.end();
  }
}
