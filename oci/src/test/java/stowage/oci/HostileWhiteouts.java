package stowage.oci;

import static stowage.oci.Tars.header;

import java.util.List;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Device;
import stowage.oci.HostileTars.Look.Dir;
import stowage.oci.HostileTars.Look.Link;

/** Whiteouts of nothing, of everything, with payload, in any order, smuggled as devices. */
final class HostileWhiteouts {
  private HostileWhiteouts() {}

  static void add(Cases cases) {
    odd(cases);
    forms(cases);
    order(cases);
    reach(cases);
    devices(cases);
  }

  private static void odd(Cases cases) {
    List<String> odd =
        List.of(
            ".wh.", ".wh..", ".wh...", "dir/.wh.", "dir/.wh..", "dir/.wh...", ".wh..wh.",
            ".wh..wh.x", ".wh..wh..opq2", ".wh..wh..opq.", "dir/.wh..wh.plnk", "dir/.wh..wh.aufs",
            ".wh..wh.aufsx", ".wh..wh..wh..opq", ".wh.a/b", "dir/.wh.sub/x", ".wh..wh..opq/x",
            ".wh.a/.wh.b", "dir/.wh.sub/.wh..wh..opq");
    for (int i = 0; i < odd.size(); i++) {
      String name = odd.get(i);
      cases.refused("whiteout-odd-%d".formatted(i), name, () -> new Tars().file(name, "").end());
    }
    cases.refused("whiteout-odd-directory", ".wh.", () -> new Tars().directory(".wh./").end());
    cases.refused("whiteout-odd-dots-directory", ".wh...",
        () -> new Tars().directory("dir/.wh.../").end());
    cases.refused("whiteout-odd-symlink", ".wh..",
        () -> new Tars().symlink(".wh..", "/etc").end());
    cases.refused("whiteout-odd-hard-link", ".wh..",
        () -> new Tars().file("f", "1").hardLink(".wh..", "f").end());
    cases.refused("whiteout-odd-up", "..", () -> new Tars().file("../.wh.etc", "").end());
    cases.refused("whiteout-odd-up-in-name", ".wh.", () -> new Tars().file(".wh.../etc", "").end());
    cases.takenUpon("whiteout-odd-three-dots", () -> new Tars().file(".wh....", "").end(),
        new Absent("..."), new Content("dir/file", "lower"));
    cases.takenUpon("whiteout-odd-case", () -> new Tars().file("dir/.WH.file", "1").end(),
        new Content("dir/file", "lower"), new Content("dir/.WH.file", "1"));
    cases.takenUpon("whiteout-odd-in-the-middle", () -> new Tars().file("dir/x.wh.file", "1").end(),
        new Content("dir/file", "lower"), new Content("dir/x.wh.file", "1"));
    for (String aufs :
        List.of(".wh..wh.aufs", ".wh..wh.plnk/1.2", ".wh..wh.orph/", "./.wh..wh.aufs")) {
      cases.takenUpon("whiteout-aufs-" + aufs.replace("/", "s"),
          () -> new Tars().file(aufs, "x").file("f", "1").end(),
          new Content("f", "1"), new Absent(".wh..wh.aufs"), new Absent(".wh..wh.plnk"),
          new Absent(".wh..wh.orph"), new Content("dir/file", "lower"));
    }
  }

  private static void forms(Cases cases) {
    for (char type : "0123467".toCharArray()) {
      cases.takenUpon("whiteout-as-type-" + type,
          () ->
              new Tars().file("f", "1")
                  .add(header("dir/.wh.file").type(type).link("f").device(1, 3)).end(),
          new Absent("dir/file"), new Absent("dir/.wh.file"), new Content("dir/sub/x", "lower"));
      cases.takenUpon("whiteout-opaque-as-type-" + type,
          () ->
              new Tars().file("f", "1")
                  .add(header("dir/.wh..wh..opq").type(type).link("f").device(1, 3)).end(),
          new Dir("dir"), new Absent("dir/file"), new Absent("dir/sub"),
          new Content("etc/passwd", "lower"));
    }
    cases.takenUpon("whiteout-as-directory", () -> new Tars().directory("dir/.wh.sub/").end(),
        new Absent("dir/sub"), new Absent("dir/.wh.sub"), new Content("dir/file", "lower"));
    cases.takenUpon("whiteout-with-payload",
        () -> new Tars().file("dir/.wh.file", "p".repeat(5000)).file("f", "1").end(),
        new Absent("dir/file"), new Content("f", "1"));
    cases.takenUpon("whiteout-opaque-with-payload",
        () -> new Tars().file("dir/.wh..wh..opq", "p".repeat(5000)).file("f", "1").end(),
        new Absent("dir/file"), new Content("f", "1"));
    cases.takenUpon("whiteout-of-a-name-of-251",
        () -> new Tars().gnuLong('L', ".wh." + "n".repeat(251)).file("x", "").end(),
        new Absent("n".repeat(251)), new Content("dir/file", "lower"));
    cases.refused("whiteout-of-a-name-of-252", "nnn",
        () -> new Tars().gnuLong('L', ".wh." + "n".repeat(252)).file("x", "").end());
    cases.takenUpon("whiteout-as-sparse",
        () -> new Tars().pax("GNU.sparse.size", "1099511627776", "GNU.sparse.map", "0,0")
            .file("dir/.wh.file", "").end(),
        new Absent("dir/file"));
  }

  private static void order(Cases cases) {
    cases.takenUpon("whiteout-before-the-new-file",
        () -> new Tars().file("dir/.wh.file", "").file("dir/file", "new").end(),
        new Content("dir/file", "new"));
    cases.takenUpon("whiteout-after-the-new-file",
        () -> new Tars().file("dir/file", "new").file("dir/.wh.file", "").end(),
        new Content("dir/file", "new"));
    cases.takenUpon("whiteout-before-the-new-directory",
        () -> new Tars().file(".wh.dir", "").directory("dir/").file("dir/new", "1").end(),
        new Content("dir/new", "1"), new Absent("dir/file"), new Absent("dir/sub"));
    cases.takenUpon("whiteout-after-the-new-directory",
        () -> new Tars().directory("dir/").file("dir/new", "1").file(".wh.dir", "").end(),
        new Content("dir/new", "1"), new Absent("dir/file"), new Absent("dir/sub"));
    cases.takenUpon("whiteout-opaque-first",
        () -> new Tars().file("dir/.wh..wh..opq", "").file("dir/new", "1").end(),
        new Content("dir/new", "1"), new Absent("dir/file"));
    cases.takenUpon("whiteout-opaque-last",
        () -> new Tars().directory("dir/").file("dir/new", "1").file("dir/.wh..wh..opq", "").end(),
        new Content("dir/new", "1"), new Absent("dir/file"));
    cases.takenUpon("whiteout-opaque-twice",
        () ->
            new Tars().file("dir/.wh..wh..opq", "").file("dir/new", "1")
                .file("dir/.wh..wh..opq", "").end(),
        new Content("dir/new", "1"), new Absent("dir/file"));
    cases.takenUpon("whiteout-and-opaque",
        () ->
            new Tars().file(".wh.dir", "").file("dir/.wh..wh..opq", "").file("dir/new", "1").end(),
        new Content("dir/new", "1"), new Absent("dir/file"));
    cases.takenUpon("whiteout-twice",
        () -> new Tars().file("dir/.wh.file", "").file("dir/.wh.file", "").end(),
        new Absent("dir/file"), new Content("dir/sub/x", "lower"));
  }

  private static void reach(Cases cases) {
    cases.takenUpon("whiteout-of-nothing", () -> new Tars().file(".wh.nothing", "").end(),
        new Absent("nothing"), new Absent(".wh.nothing"), new Content("dir/file", "lower"));
    cases.takenUpon("whiteout-of-a-directory", () -> new Tars().file(".wh.dir", "").end(),
        new Absent("dir"), new Absent("dir/file"), new Link("link", "dir"));
    cases.takenUpon("whiteout-of-a-symlink", () -> new Tars().file(".wh.link", "").end(),
        new Absent("link"), new Content("dir/file", "lower"));
    cases.takenUpon("whiteout-opaque-in-the-root",
        () -> new Tars().file(".wh..wh..opq", "").file("f", "1").end(),
        new Absent("dir"), new Absent("etc"), new Content("f", "1"));
    cases.takenUpon("whiteout-opaque-where-nothing-is",
        () -> new Tars().file("new/.wh..wh..opq", "").end(),
        new Dir("new"), new Content("dir/file", "lower"));
    cases.takenUpon("whiteout-opaque-over-a-file",
        () -> new Tars().file("etc/passwd/.wh..wh..opq", "").end(), new Dir("etc/passwd"));
    // The kernel lists the whiteouts of a directory that no directory lies below: ghosts that are
    // seen and cannot be opened.
    cases.takenUpon("whiteout-below-the-lower-symlink",
        () -> new Tars().file("link/.wh.file", "").end(),
        new Dir("link"), new Absent("link/file"), new Content("dir/file", "lower"));
    cases.takenUpon("whiteout-in-a-new-directory",
        () -> new Tars().file("new/.wh.x", "").file("new/y", "1").end(),
        new Absent("new/x"), new Content("new/y", "1"));
    cases.takenUpon("whiteout-over-a-lower-file-then-in-it",
        () -> new Tars().directory("dir/file/").file("dir/file/.wh.x", "").end(),
        new Dir("dir/file"), new Absent("dir/file/x"));
    cases.takenUpon("whiteout-in-an-opaque-directory",
        () -> new Tars().file("dir/.wh..wh..opq", "").file("dir/.wh.file", "").end(),
        new Dir("dir"), new Absent("dir/file"), new Absent("dir/sub"));
    cases.takenUpon("whiteout-through-a-symlink",
        () -> new Tars().symlink("out", "../../dir").file("out/.wh.file", "").end(),
        new Absent("dir/file"), new Content("dir/sub/x", "lower"));
    cases.takenUpon("whiteout-absolute", () -> new Tars().file("/dir/.wh.file", "").end(),
        new Absent("dir/file"));
    cases.takenUpon("whiteout-dotted", () -> new Tars().file("././dir//.wh.file", "").end(),
        new Absent("dir/file"));
    cases.taken("whiteout-in-the-lowest-layer",
        () -> new Tars().file(".wh.f", "").file("d/.wh..wh..opq", "").file("g", "1").end(),
        new Absent("f"), new Absent(".wh.f"), new Dir("d"), new Content("g", "1"));
    cases.layerRefusesUpon("whiteout-below-a-new-file", "dir/file",
        () -> new Tars().file("dir/file", "1").file("dir/file/.wh.x", "").end());
  }

  private static void devices(Cases cases) {
    cases.layerRefusesUpon("whiteout-char-0-0", "dir/file",
        () -> new Tars().add(header("dir/file").type('3').device(0, 0)).end());
    cases.layerRefusesUpon("whiteout-char-0-0-new-name", "new",
        () -> new Tars().add(header("new").type('3').device(0, 0)).end());
    cases.layerRefusesUpon("whiteout-char-without-numbers", "dir/file",
        () -> new Tars().add(header("dir/file").type('3')).end());
    cases.layerRefusesUpon("whiteout-char-v7", "dir/file",
        () -> new Tars().add(header("dir/file").v7().type('3')).end());
    cases.layerRefusesUpon("whiteout-char-0-0-then-linked", "d",
        () ->
            new Tars().add(header("d").type('3').device(0, 0)).hardLink("dir/file", "d").end());
    cases.layerRefusesUpon("whiteout-char-0-0-over-a-directory", "dir",
        () -> new Tars().add(header("dir").type('3').device(0, 0)).end());
    cases.takenUpon("whiteout-block-0-0",
        () -> new Tars().add(header("dir/file").type('4').device(0, 0)).end(),
        new Device("dir/file", 'b', 0, 0));
    cases.takenUpon("whiteout-char-0-1",
        () -> new Tars().add(header("dir/file").type('3').device(0, 1)).end(),
        new Device("dir/file", 'c', 0, 1));
  }
}
