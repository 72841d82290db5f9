package stowage.oci;

import static stowage.oci.Tars.header;

import java.util.List;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Dir;
import stowage.oci.HostileTars.Look.Link;
import stowage.oci.HostileTars.Look.Mode;

/** Names that lead out, that are none, that are too long, that are two things at once. */
final class HostileNames {
  private static final List<String> UP =
      List.of(
          "../evil", "../../evil", "/../evil", "./../evil", "dir/../../evil", "dir/../evil",
          "dir/..", "..", "../", "/..", "//../evil", "dir/./../evil", "dir//..//evil",
          "dir/sub/../../../etc/passwd", "a/b/c/../../../../../../../../../../tmp/evil");

  private HostileNames() {}

  static void add(Cases cases) {
    up(cases);
    absolute(cases);
    odd(cases);
    rooted(cases);
    lengths(cases);
    nuls(cases);
  }

  private static void up(Cases cases) {
    for (int i = 0; i < UP.size(); i++) {
      String name = UP.get(i);
      cases.refused("name-up-%d".formatted(i), name, () -> new Tars().file(name, "x").end());
      cases.refused("name-up-pax-%d".formatted(i), name,
          () -> new Tars().pax("path", name).file("harmless", "x").end());
      cases.refused("name-up-gnu-%d".formatted(i), name,
          () -> new Tars().gnuLong('L', name).file("harmless", "x").end());
    }
    for (char type : "1234567".toCharArray()) {
      cases.refused("name-up-type-" + type, "../evil",
          () -> new Tars().add(header("../evil").type(type).link("x").device(1, 3)).end());
    }
    cases.refused("name-up-prefix", "../evil",
        () -> new Tars().add(header("evil").put(345, 155, "..")).end());
    cases.refused("name-up-prefix-deep", "a/../../evil",
        () -> new Tars().add(header("../evil").put(345, 155, "a/..")).end());
    cases.refused("name-up-star-prefix", "../evil",
        () -> new Tars().add(header("evil").put(345, 131, "..").put(508, 4, "tar")).end());
    cases.refused("name-up-v7", "../evil",
        () -> new Tars().add(header("../evil").v7().type('\0')).end());
    cases.refused("name-up-old-go-prefix", "../evil",
        () -> new Tars().add(header("evil").gnu().put(345, 155, "..")).end());
    cases.refused("name-up-sparse-name", "../evil",
        () ->
            new Tars()
                .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0",
                    "GNU.sparse.name", "../evil", "GNU.sparse.realsize", "0")
                .file("harmless", "0\n" + "\0".repeat(510))
                .end());
    cases.refused("name-up-directory-with-children", "../d/",
        () -> new Tars().directory("../d/").file("../d/x", "x").end());
  }

  private static void absolute(Cases cases) {
    for (String name : List.of("/evil", "//evil", "///./evil", "/./evil", "././/evil")) {
      cases.taken("name-absolute-" + name.replace("/", "s"),
          () -> new Tars().file(name, "x").end(), new Content("evil", "x"));
    }
    cases.taken("name-absolute-etc", () -> new Tars().file("/etc/passwd", "mine").end(),
        new Content("etc/passwd", "mine"));
    cases.taken("name-absolute-proc",
        () -> new Tars().file("/proc/self/root/tmp/stowage-canary", "x").end(),
        new Content("proc/self/root/tmp/stowage-canary", "x"));
    cases.taken("name-absolute-directory", () -> new Tars().directory("//d//").end(), new Dir("d"));
    cases.taken("name-absolute-symlink", () -> new Tars().symlink("/s", "/etc").end(),
        new Link("s", "/etc"));
    cases.taken("name-absolute-hard-link",
        () -> new Tars().file("f", "x").hardLink("/h", "/f").end(), new Content("h", "x"));
  }

  private static void odd(Cases cases) {
    List<String> odd =
        List.of(
            "..\\..\\evil", "C:\\evil", "\\\\host\\share", "-rf", "--checkpoint-action=exec=sh",
            "*", "~root", "$(id)", "`id`", "a\nb", "a\rb", "\u001b[2Jevil", "a\tb", "\u007f",
            " ", "a ", "...", "....", ".. ", " ..", "..x", "x..", "..;", "%2e%2e", "con", "aux",
            "\u00ef\u00bc\u008e\u00ef\u00bc\u008e", "\u00c0\u00ae\u00c0\u00ae", "\u00ff\u00fe",
            "\u0080", "\u00e2\u0080\u00ae", "\u00ed\u00a0\u0080", "\u00ef\u00bb\u00bf", "\u0001");
    for (int i = 0; i < odd.size(); i++) {
      String name = odd.get(i);
      cases.taken("name-odd-%d".formatted(i),
          () -> new Tars().file(name, "1").file("in/" + name + "/evil", "2").end(),
          new Content(name, "1"), new Dir("in/" + name), new Content("in/" + name + "/evil", "2"),
          new Absent("evil"));
    }
    cases.taken("name-twins-of-case", () -> new Tars().file("A", "1").file("a", "2").end(),
        new Content("A", "1"), new Content("a", "2"));
    cases.taken("name-twins-of-unicode",
        () -> new Tars().file("\u00c3\u00a9", "1").file("e\u00cc\u0081", "2").end(),
        new Content("\u00c3\u00a9", "1"), new Content("e\u00cc\u0081", "2"));
    cases.taken("name-twins-of-bad-utf8",
        () -> new Tars().file("\u00fe", "1").file("\u00ff", "2").end(),
        new Content("\u00fe", "1"), new Content("\u00ff", "2"));
    cases.taken("name-trailing-slash-on-a-file", () -> new Tars().file("f/", "x").end(),
        new Content("f", "x"));
    cases.taken("name-trailing-slash-in-v7",
        () -> new Tars().add(header("d/").v7().type('\0')).end(), new Dir("d"));
  }

  private static void rooted(Cases cases) {
    for (String name : List.of(".", "./", "/", "/.", "././.", "//")) {
      String id = name.replace("/", "s").replace(".", "d");
      cases.taken("name-root-" + id,
          () -> new Tars().add(header(name).type('5').mode(0700)).file("f", "x").end(),
          new Mode("", 0700), new Content("f", "x"));
      cases.layerRefuses("name-root-file-" + id, "root", () -> new Tars().file(name, "x").end());
    }
    for (char type : "1236".toCharArray()) {
      cases.layerRefuses("name-root-type-" + type, "root",
          () ->
              new Tars().file("f", "x").add(header("./").type(type).link("f").device(1, 3)).end());
    }
    cases.layerRefuses("name-root-becomes-a-symlink", "root",
        () -> new Tars().directory("./").symlink(".", "/").file("evil", "x").end());
  }

  private static void lengths(Cases cases) {
    String longest = "n".repeat(255);
    cases.taken("name-255", () -> new Tars().gnuLong('L', longest).file("x", "1").end(),
        new Content(longest, "1"));
    cases.taken("name-255-non-ascii",
        () -> new Tars().pax("path", "\u00ff".repeat(255)).file("x", "1").end(),
        new Content("\u00ff".repeat(255), "1"));
    cases.refused("name-256-pax", "nnn", () -> new Tars().pax("path", longest + "n").file("x", "")
        .end());
    cases.refused("name-256-gnu", "nnn", () -> new Tars().gnuLong('L', longest + "n").file("x", "")
        .end());
    cases.refused("name-256-in-the-middle", "255",
        () -> new Tars().pax("path", "a/" + longest + "n/b").file("x", "").end());
    String deep = "d/".repeat(2047) + "f";
    cases.either("name-4095", () -> new Tars().pax("path", deep).file("x", "").end(),
        new Dir("d/d/d"));
    cases.refused("name-4097", "d/d/d",
        () -> new Tars().pax("path", "d/".repeat(2048) + "f").file("x", "").end());
    cases.refused("name-64k", "d/d/d",
        () -> new Tars().pax("path", "d/".repeat(32 << 10)).file("x", "").end());
    cases.refused("name-1m-gnu", "d/d/d",
        () -> new Tars().gnuLong('L', "d/".repeat((1 << 19) - 1)).file("x", "").end());
    cases.refused("name-slashes-only-5000", "4096",
        () -> new Tars().pax("path", "/".repeat(5000)).file("x", "").end());
  }

  private static void nuls(Cases cases) {
    cases.refused("name-nul-pax", "NUL",
        () -> new Tars().pax("path", "harmless\0/../../evil").file("x", "").end());
    cases.taken("name-nul-gnu",
        () -> new Tars().gnuLong('L', "harmless\0/../../evil").file("x", "1").end(),
        new Content("harmless", "1"));
    cases.taken("name-nul-header", () -> new Tars().file("harmless\0../evil", "1").end(),
        new Content("harmless", "1"));
    cases.refused("name-empty", "no name", () -> new Tars().file("", "x").end());
    cases.refused("name-empty-gnu", "no name",
        () -> new Tars().gnuLong('L', "").file("x", "").end());
    cases.taken("name-empty-pax", () -> new Tars().pax("path", "").file("own", "1").end(),
        new Content("own", "1"));
  }
}
