package stowage.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static stowage.oci.Tars.header;

import java.util.List;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Dir;
import stowage.oci.HostileTars.Look.Fifo;
import stowage.oci.HostileTars.Look.Link;
import stowage.oci.HostileTars.Look.Mode;

/** Symlinks and hard links that point out, into each other, or at what they may not. */
final class HostileLinks {
  private HostileLinks() {}

  static void add(Cases cases) {
    targets(cases);
    writtenThrough(cases);
    loops(cases);
    hardTargets(cases);
    hardWays(cases);
    acrossLayers(cases);
  }

  private static void targets(Cases cases) {
    List<String> targets =
        List.of(
            "/", "..", "../..", "../../../../../../../../etc/passwd", "/etc/shadow",
            "/proc/self/root", "/proc/1/root/etc", "/proc/self/fd/8", "/dev/null", ".", "./self",
            "//etc", "a\nb", "\u00ff\u00fe", "t".repeat(100), "C:\\", "\\", " ");
    for (int i = 0; i < targets.size(); i++) {
      String target = targets.get(i);
      cases.taken("sym-target-%d".formatted(i), () -> new Tars().symlink("s", target).end(),
          new Link("s", target));
    }
    String longest = "l".repeat(4095);
    cases.taken("sym-target-4095", () -> new Tars().gnuLong('K', longest).symlink("s", "x").end(),
        new Link("s", longest));
    cases.refused("sym-target-4096", "\"s\"",
        () -> new Tars().gnuLong('K', longest + "l").symlink("s", "x").end());
    cases.refused("sym-target-1m", "\"s\"",
        () -> new Tars().pax("linkpath", "l".repeat(1 << 19)).symlink("s", "x").end());
    cases.refused("sym-target-empty", "\"s\"", () -> new Tars().symlink("s", "").end());
    cases.refused("sym-target-nul", "NUL",
        () -> new Tars().pax("linkpath", "/a\0b").symlink("s", "x").end());
  }

  private static void writtenThrough(Cases cases) {
    cases.taken("sym-through-absolute",
        () -> new Tars().symlink("out", "/etc").file("out/evil", "x").end(),
        new Link("out", "/etc"), new Content("etc/evil", "x"));
    cases.taken("sym-through-up",
        () -> new Tars().symlink("a/out", "../../../../tmp").file("a/out/evil", "x").end(),
        new Content("tmp/evil", "x"));
    cases.taken("sym-through-root",
        () -> new Tars().symlink("out", "/").file("out/evil", "x").end(), new Content("evil", "x"));
    cases.taken("sym-through-dotdot",
        () -> new Tars().symlink("a/b/out", "..").file("a/b/out/evil", "x").end(),
        new Content("a/evil", "x"));
    cases.taken("sym-through-proc",
        () -> new Tars().symlink("out", "/proc/self/root/tmp").file("out/evil", "x").end(),
        new Content("proc/self/root/tmp/evil", "x"));
    cases.taken("sym-through-three",
        () ->
            new Tars().symlink("a", "b").symlink("b", "c/d").symlink("c", "/e")
                .file("a/evil", "x").end(),
        new Content("e/d/evil", "x"));
    cases.taken("sym-through-implied",
        () -> new Tars().symlink("out", "not/there").directory("out/evil/").end(),
        new Dir("not/there/evil"));
    cases.taken("sym-through-symlink",
        () -> new Tars().symlink("out", "/etc").symlink("out/evil", "../../..").end(),
        new Link("etc/evil", "../../.."));
    cases.taken("sym-at-the-end-is-replaced",
        () -> new Tars().symlink("f", "/etc/passwd").file("f", "mine").end(),
        new Content("f", "mine"), new Absent("etc/passwd"));
    cases.taken("sym-at-the-end-as-directory",
        () -> new Tars().symlink("d", "/etc").directory("d/").file("d/evil", "x").end(),
        new Dir("d"), new Content("d/evil", "x"), new Absent("etc"));
    cases.taken("sym-over-a-directory",
        () ->
            new Tars().directory("d/").file("d/old", "1").symlink("d", "/etc").file("d/evil", "x")
                .end(),
        new Link("d", "/etc"), new Content("etc/evil", "x"), new Absent("etc/old"));
    cases.taken("sym-mode-is-the-links",
        () ->
            new Tars().file("f", "1").symlink("s", "f").add(header("s").type('2').link("f")
                .mode(04777)).end(),
        new Mode("f", 0644), new Link("s", "f"));
    cases.layerRefuses("sym-to-a-file-as-parent", "s/evil",
        () -> new Tars().file("f", "1").symlink("s", "f").file("s/evil", "x").end());
    cases.layerRefuses("sym-a-file-as-parent", "f/evil",
        () -> new Tars().file("f", "1").file("f/evil", "x").end());
    cases.layerRefuses("sym-a-device-as-parent", "c/evil",
        () -> new Tars().add(header("c").type('3').device(1, 3)).file("c/evil", "x").end());
  }

  private static void loops(Cases cases) {
    cases.taken("sym-loop-of-one", () -> new Tars().symlink("a", "a").end(), new Link("a", "a"));
    cases.layerRefuses("sym-loop-of-one-as-parent", "a/evil",
        () -> new Tars().symlink("a", "a").file("a/evil", "x").end());
    cases.layerRefuses("sym-loop-of-two-as-parent", "a/evil",
        () -> new Tars().symlink("a", "b").symlink("b", "./a").file("a/evil", "x").end());
    cases.layerRefuses("sym-loop-through-itself", "a/evil",
        () -> new Tars().symlink("a", "a/b").file("a/evil", "x").end());
    cases.layerRefuses("sym-chain-of-100", "s0/evil",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 100; i++) {
            tar.symlink("s" + i, "s" + (i + 1));
          }
          return tar.file("s0/evil", "x").end();
        });
    cases.either("sym-way-of-a-part-too-long",
        () -> new Tars().gnuLong('K', "n".repeat(300)).symlink("s", "x").file("s/evil", "x").end());
  }

  private static void hardTargets(Cases cases) {
    for (String target :
        List.of("..", "../f", "../../../../etc/passwd", "/../f", "d/../../f", "d/../f")) {
      String id = target.replace("/", "s").replace(".", "d");
      cases.refused("hard-target-" + id, target,
          () -> new Tars().file("f", "1").hardLink("h", target).end());
      cases.refused("hard-target-pax-" + id, target,
          () -> new Tars().file("f", "1").pax("linkpath", target).hardLink("h", "f").end());
      cases.refused("hard-target-gnu-" + id, target,
          () -> new Tars().file("f", "1").gnuLong('K', target).hardLink("h", "f").end());
    }
    for (String target : List.of("/f", "./f", "//./f", ".//f")) {
      cases.taken("hard-target-" + target.replace("/", "s").replace(".", "d"),
          () -> new Tars().file("f", "1").hardLink("h", target).end(), new Content("h", "1"));
    }
    cases.refused("hard-target-empty", "\"h\"", () -> new Tars().hardLink("h", "").end());
    cases.refused("hard-target-part-256", "\"h\"",
        () -> new Tars().gnuLong('K', "n".repeat(256)).hardLink("h", "x").end());
    cases.refused("hard-target-5000", "\"h\"",
        () -> new Tars().gnuLong('K', "n/".repeat(2500)).hardLink("h", "x").end());
    cases.layerRefuses("hard-to-nothing", "h",
        () -> new Tars().hardLink("h", "/etc/shadow").end());
    cases.layerRefuses("hard-to-itself", "h", () -> new Tars().hardLink("h", "h").end());
    cases.layerRefuses("hard-to-the-root", "root", () -> new Tars().hardLink("h", "./").end());
    cases.layerRefuses("hard-to-a-directory", "h",
        () -> new Tars().directory("d/").hardLink("h", "d").end());
    cases.layerRefuses("hard-to-what-comes-later", "h",
        () -> new Tars().hardLink("h", "f").file("f", "1").end());
    cases.layerRefuses("hard-to-what-is-gone", "h",
        () -> new Tars().file("d/f", "1").file("d", "2").hardLink("h", "d/f").end());
    cases.layerRefuses("hard-to-a-whiteout", "h",
        () -> new Tars().file(".wh.f", "").hardLink("h", "f").end());
    cases.layerRefuses("hard-two-to-each-other", "a",
        () -> new Tars().hardLink("a", "b").hardLink("b", "a").end());
  }

  private static void hardWays(Cases cases) {
    cases.taken("hard-to-a-symlink-is-the-link",
        () -> new Tars().symlink("s", "/etc/passwd").hardLink("h", "s").end(),
        new Link("h", "/etc/passwd"));
    cases.taken("hard-to-a-symlink-then-written",
        () ->
            new Tars().symlink("s", "/etc/passwd").hardLink("h", "s").file("h", "mine").end(),
        new Content("h", "mine"), new Link("s", "/etc/passwd"), new Absent("etc/passwd"));
    cases.taken("hard-to-a-symlink-with-a-mode",
        () ->
            new Tars().file("f", "1").symlink("s", "f")
                .add(header("h").type('1').link("s").mode(04777)).end(),
        new Mode("f", 0644));
    cases.either("hard-through-a-symlink",
        () ->
            new Tars().file("etc/passwd", "1").symlink("out", "/etc").hardLink("h", "out/passwd")
                .end(),
        new Content("h", "1"));
    cases.either("hard-through-a-symlink-out",
        () -> new Tars().symlink("out", "../../../etc").hardLink("h", "out/passwd").end(),
        new Absent("h"));
    cases.taken("hard-into-a-symlink",
        () ->
            new Tars().file("f", "1").symlink("out", "/etc").hardLink("out/h", "f").end(),
        new Content("etc/h", "1"));
    cases.taken("hard-keeps-the-old-file",
        () -> new Tars().file("f", "1").hardLink("h", "f").file("f", "2").end(),
        new Content("h", "1"), new Content("f", "2"));
    cases.taken("hard-chain",
        () -> new Tars().file("f", "1").hardLink("g", "f").hardLink("h", "g").end(),
        new Content("h", "1"));
    cases.taken("hard-to-a-fifo",
        () -> new Tars().add(header("p").type('6')).hardLink("h", "p").end(), new Fifo("h"));
    cases.taken("hard-over-its-target", () -> new Tars().file("f", "1").hardLink("f", "f").end(),
        new Content("f", "1"));
    cases.taken("hard-with-data",
        () -> new Tars().file("f", "1").add(header("h").type('1').link("f"), "x".repeat(900))
            .file("g", "2").end(),
        new Content("h", "1"), new Content("g", "2"));
    cases.taken("hard-with-a-size-and-no-data",
        () -> new Tars().file("f", "1").add(header("h").type('1').link("f").size(1 << 20))
            .file("g", "2").end(),
        new Content("h", "1"), new Content("g", "2"));
    cases.refused("hard-with-a-terabyte-and-no-data", "\"h\"",
        () -> new Tars().file("f", "1").add(header("h").type('1').link("f").size(1L << 40))
            .raw("no header".repeat(60).getBytes(US_ASCII))
            .cut());
    cases.taken("hard-1000-names",
        () -> {
          var tar = new Tars().file("f", "1");
          for (int i = 0; i < 1000; i++) {
            tar.hardLink("h" + i, "f");
          }
          return tar.end();
        },
        new Content("h999", "1"));
  }

  private static void acrossLayers(Cases cases) {
    cases.takenUpon("hard-into-the-lower-layer", () -> new Tars().hardLink("h", "dir/file").end(),
        new Content("h", "lower"), new Content("dir/file", "lower"));
    cases.eitherUpon("hard-through-the-lower-symlink",
        () -> new Tars().hardLink("h", "abs/passwd").end(), new Content("h", "lower"));
    cases.takenUpon("hard-to-the-lower-symlink", () -> new Tars().hardLink("h", "abs").end(),
        new Link("h", "/etc"));
    cases.layerRefusesUpon("hard-to-the-lower-directory", "h",
        () -> new Tars().hardLink("h", "dir").end());
    cases.layerRefusesUpon("hard-to-the-removed-lower", "h",
        () -> new Tars().file("dir/.wh.file", "").hardLink("h", "dir/file").end());
    cases.layerRefusesUpon("hard-below-an-opaque", "h",
        () -> new Tars().file("dir/.wh..wh..opq", "").hardLink("h", "dir/file").end());
    cases.takenUpon("sym-below-the-lower-symlink", () -> new Tars().file("link/evil", "x").end(),
        new Dir("link"), new Content("link/evil", "x"), new Absent("dir/evil"),
        new Content("dir/file", "lower"));
    cases.takenUpon("sym-below-the-lower-absolute", () -> new Tars().file("abs/evil", "x").end(),
        new Content("abs/evil", "x"), new Absent("etc/evil"), new Content("etc/passwd", "lower"));
    cases.takenUpon("sym-over-the-lower-directory", () -> new Tars().symlink("etc", "/dir").end(),
        new Link("etc", "/dir"), new Absent("etc/passwd"));
    cases.takenUpon("sym-over-the-lower-then-through",
        () -> new Tars().symlink("etc", "dir").file("etc/evil", "x").end(),
        new Link("etc", "dir"), new Content("dir/evil", "x"), new Content("dir/file", "lower"));
    cases.takenUpon("sym-replaced-by-a-directory", () -> new Tars().directory("link/").end(),
        new Dir("link"), new Absent("link/file"), new Content("dir/file", "lower"));
  }
}
