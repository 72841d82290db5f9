package stowage.oci;

import static stowage.oci.Tars.header;

import java.util.List;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look;
import stowage.oci.HostileTars.Look.Absent;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Device;
import stowage.oci.HostileTars.Look.Dir;
import stowage.oci.HostileTars.Look.Fifo;
import stowage.oci.HostileTars.Look.Link;
import stowage.oci.HostileTars.Look.Mode;

/** One name twice: the last wins, whatever the two are, in one layer and across layers. */
final class HostileTwins {
  private static final List<String> KINDS =
      List.of("file", "directory", "symlink", "hardlink", "fifo", "device");

  private HostileTwins() {}

  static void add(Cases cases) {
    for (String first : KINDS) {
      for (String second : KINDS) {
        cases.taken("dup-%s-then-%s".formatted(first, second),
            () -> {
              var tar = new Tars().file("other", "other");
              put(tar, first, "x", "1");
              put(tar, second, "x", "2");
              return tar.end();
            },
            look(second, "2"));
        cases.takenUpon("dup-below-%s-then-%s".formatted(first, second),
            () -> {
              var tar = new Tars().file("other", "other");
              put(tar, first, "dir", "1");
              put(tar, second, "x", "2");
              return tar.end();
            },
            look(second, "2"));
      }
    }
    children(cases);
    spellings(cases);
    lower(cases);
  }

  private static void put(Tars tar, String kind, String name, String content) {
    switch (kind) {
      case "file" -> tar.file(name, content);
      case "directory" -> tar.directory(name);
      case "symlink" -> tar.symlink(name, content);
      case "hardlink" -> tar.hardLink(name, "other");
      case "fifo" -> tar.add(header(name).type('6'));
      default -> tar.add(header(name).type('3').device(1, 3));
    }
  }

  private static Look look(String kind, String content) {
    return switch (kind) {
      case "file" -> new Content("x", content);
      case "directory" -> new Dir("x");
      case "symlink" -> new Link("x", content);
      case "hardlink" -> new Content("x", "other");
      case "fifo" -> new Fifo("x");
      default -> new Device("x", 'c', 1, 3);
    };
  }

  private static void children(Cases cases) {
    for (String kind : KINDS) {
      if (kind.equals("directory")) {
        continue;
      }
      cases.taken("dup-full-directory-then-" + kind,
          () -> {
            var tar = new Tars().file("other", "other").file("x/a/b", "1");
            put(tar, kind, "x", "2");
            return tar.end();
          },
          look(kind, "2"), new Absent("x/a"), new Absent("x/a/b"));
      cases.taken("dup-full-directory-then-%s-and-back".formatted(kind),
          () -> {
            var tar = new Tars().file("other", "other").file("x/a/b", "1");
            put(tar, kind, "x", "2");
            return tar.directory("x/").file("x/c", "3").end();
          },
          new Dir("x"), new Content("x/c", "3"), new Absent("x/a"));
    }
    cases.taken("dup-directory-keeps-its-children",
        () ->
            new Tars().directory("x/").file("x/a", "1").add(header("x").type('5').mode(0711))
                .end(),
        new Content("x/a", "1"), new Mode("x", 0711));
    cases.taken("dup-directory-after-its-children",
        () -> new Tars().file("x/a", "1").add(header("x").type('5').mode(0711)).end(),
        new Content("x/a", "1"), new Mode("x", 0711));
  }

  private static void spellings(Cases cases) {
    cases.taken("dup-by-another-spelling",
        () ->
            new Tars().file("d/x", "1").file("./d/x", "2").file("/d//x", "3").file("d/./x", "4")
                .end(),
        new Content("d/x", "4"));
    cases.taken("dup-by-pax-and-gnu",
        () ->
            new Tars().file("x", "1").pax("path", "x").file("y", "2").gnuLong('L', "x")
                .file("z", "3").end(),
        new Content("x", "3"), new Absent("y"), new Absent("z"));
    cases.taken("dup-through-a-symlink",
        () -> new Tars().file("d/x", "1").symlink("s", "d").file("s/x", "2").end(),
        new Content("d/x", "2"));
    cases.taken("dup-same-file-in-another-size",
        () -> new Tars().file("x", "1".repeat(10_000)).file("x", "2").end(), new Content("x", "2"));
    cases.taken("dup-of-a-hard-links-target",
        () -> new Tars().file("a", "1").hardLink("b", "a").file("b", "2").end(),
        new Content("a", "1"), new Content("b", "2"));
    cases.taken("dup-20000-times",
        () -> {
          var tar = new Tars();
          for (int i = 0; i < 20_000; i++) {
            tar.file("x", "");
          }
          return tar.file("x", "last").end();
        },
        new Content("x", "last"));
  }

  private static void lower(Cases cases) {
    for (String kind : KINDS) {
      if (kind.equals("directory")) {
        continue;
      }
      cases.takenUpon("dup-lower-directory-then-" + kind,
          () -> {
            var tar = new Tars().file("other", "other");
            put(tar, kind, "dir", "2");
            return tar.end();
          },
          new Absent("dir/file"), new Absent("dir/sub/x"), new Content("etc/passwd", "lower"));
    }
    cases.takenUpon("dup-lower-file-then-directory",
        () -> new Tars().directory("dir/file/").file("dir/file/x", "1").end(),
        new Dir("dir/file"), new Content("dir/file/x", "1"));
    cases.takenUpon("dup-lower-file-then-implied",
        () -> new Tars().file("etc/passwd/x", "1").end(), new Content("etc/passwd/x", "1"));
    cases.takenUpon("dup-lower-directory-merges",
        () -> new Tars().add(header("dir").type('5').mode(0700)).file("dir/new", "1").end(),
        new Content("dir/file", "lower"), new Content("dir/new", "1"), new Mode("dir", 0700));
    cases.takenUpon("dup-lower-directory-implied-keeps-its-mode",
        () -> new Tars().file("dir/new", "1").end(),
        new Content("dir/file", "lower"), new Content("dir/new", "1"), new Mode("dir", 0755));
  }
}
