package stowage.oci;

import static stowage.oci.Tars.header;

import java.util.List;
import stowage.oci.HostileTars.Cases;
import stowage.oci.HostileTars.Look.Content;
import stowage.oci.HostileTars.Look.Device;
import stowage.oci.HostileTars.Look.Dir;
import stowage.oci.HostileTars.Look.Fifo;
import stowage.oci.HostileTars.Look.Link;
import stowage.oci.HostileTars.Look.Mode;
import stowage.oci.HostileTars.Look.Xattr;

/** Extended attributes that would steer overlayfs, that are too large; devices and setuid. */
final class HostileXattrs {
  private static final String SCHILY = "SCHILY.xattr.";
  private static final String LIBARCHIVE = "LIBARCHIVE.xattr.";

  private HostileXattrs() {}

  static void add(Cases cases) {
    steering(cases);
    values(cases);
    limits(cases);
    devices(cases);
    modes(cases);
  }

  private static void steering(Cases cases) {
    for (String space : List.of("trusted.", "user.")) {
      for (String key :
          List.of("opaque", "redirect", "metacopy", "origin", "impure", "whiteout", "whiteouts",
              "xattrs", "nlink", "upper", "uuid", "protattr", "verity", "overlay.opaque", "x")) {
        String xattr = space + "overlay." + key;
        cases.takenUpon("xattr-" + space + key,
            () ->
                new Tars()
                    .pax(SCHILY + xattr, value(key)).directory("dir/")
                    .pax(SCHILY + xattr, value(key)).file("etc/new", "")
                    .end(),
            new Dir("dir"), new Content("dir/file", "lower"), new Content("dir/sub/x", "lower"),
            new Content("etc/new", ""));
      }
    }
    cases.takenUpon("xattr-libarchive-opaque",
        () -> new Tars().pax(LIBARCHIVE + "trusted.overlay.opaque", "eQ").directory("dir/").end(),
        new Content("dir/file", "lower"));
    cases.takenUpon("xattr-libarchive-escaped-opaque",
        () ->
            new Tars().pax(LIBARCHIVE + "trusted%2Eoverlay%2eopaque", "eQ==").directory("dir/")
                .end(),
        new Content("dir/file", "lower"));
    cases.takenUpon("xattr-global-opaque",
        () -> new Tars().pax('g', SCHILY + "trusted.overlay.opaque", "y").directory("dir/").end(),
        new Content("dir/file", "lower"));
    cases.takenUpon("xattr-opaque-on-the-root",
        () -> new Tars().pax(SCHILY + "trusted.overlay.opaque", "y").directory("./").end(),
        new Content("dir/file", "lower"), new Content("etc/passwd", "lower"));
    cases.takenUpon("xattr-opaque-on-a-new-directory",
        () -> new Tars().pax(SCHILY + "trusted.overlay.opaque", "x").directory("dir/").end(),
        new Content("dir/file", "lower"));
    cases.takenUpon("xattr-metacopy-of-another-file",
        () ->
            new Tars()
                .pax(SCHILY + "trusted.overlay.metacopy", "",
                    SCHILY + "trusted.overlay.redirect", "/etc/passwd")
                .file("dir/file", "")
                .end(),
        new Content("dir/file", ""));
    cases.takenUpon("xattr-whiteout-file",
        () ->
            new Tars()
                .pax(SCHILY + "trusted.overlay.opaque", "x",
                    SCHILY + "user.overlay.opaque", "x").directory("dir/")
                .pax(SCHILY + "trusted.overlay.whiteout", "y",
                    SCHILY + "user.overlay.whiteout", "y").file("dir/file", "")
                .end(),
        new Content("dir/file", ""), new Content("dir/sub/x", "lower"));
    cases.takenUpon("xattr-aufs-and-fuse",
        () ->
            new Tars()
                .pax(SCHILY + "trusted.aufs.opaque", "y",
                    SCHILY + "user.fuseoverlayfs.opaque", "y",
                    SCHILY + "user.containers.override_stat", "0:0:4755")
                .directory("dir/")
                .end(),
        new Content("dir/file", "lower"));
  }

  private static String value(String key) {
    return switch (key) {
      case "redirect" -> "/etc";
      case "nlink" -> "U+999";
      case "opaque", "whiteout", "overlay.opaque" -> "y";
      default -> "\0\u00fb\35\1\0\u00ff";
    };
  }

  private static void values(Cases cases) {
    cases.taken("xattr-user",
        () -> new Tars().pax(SCHILY + "user.k", "a\0b\n=c\u00ff").file("f", "1").end(),
        new Xattr("f", "user.k", "a\0b\n=c\u00ff"));
    cases.taken("xattr-like-a-control-one",
        () -> new Tars().pax(SCHILY + "user.overlayx", "1", SCHILY + "trusted.over", "2")
            .file("f", "1").end(),
        new Xattr("f", "user.overlayx", "1"), new Xattr("f", "trusted.over", "2"));
    String capability = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    cases.taken("xattr-capability",
        () -> new Tars().pax(SCHILY + "security.capability", capability).file("f", "1").end(),
        new Xattr("f", "security.capability", capability));
    String rootid = "\1\0\0\3" + "\0".repeat(16) + "\u00e8\3\0\0";
    cases.taken("xattr-capability-v3",
        () -> new Tars().pax(SCHILY + "security.capability", rootid).file("f", "1").end(),
        new Content("f", "1"));
    cases.either("xattr-selinux-and-ima",
        () ->
            new Tars().pax(SCHILY + "security.selinux", "system_u:object_r:shadow_t:s0",
                SCHILY + "security.ima", "\3\4xx", SCHILY + "security.evm", "x").file("f", "1")
                .end(),
        new Content("f", "1"));
    cases.either("xattr-acl-of-rubbish",
        () -> new Tars().pax(SCHILY + "system.posix_acl_access", "rubbish").file("f", "1").end());
    cases.either("xattr-of-no-namespace",
        () -> new Tars().pax(SCHILY + "evil", "1", SCHILY + "evil.x", "1").file("f", "1").end());
    cases.either("xattr-named-by-a-namespace",
        () -> new Tars().pax(SCHILY + "user.", "1", SCHILY + "trusted.", "1").file("f", "1").end());
    cases.either("xattr-on-a-symlink",
        () -> new Tars().pax(SCHILY + "trusted.k", "v").symlink("s", "/etc").end(),
        new Link("s", "/etc"));
    cases.either("xattr-with-odd-bytes",
        () -> new Tars().pax(SCHILY + "user.\u00ff/../x\n", "v").file("f", "1").end());
  }

  private static void limits(Cases cases) {
    cases.refused("xattr-value-64k-and-1", "user.k",
        () -> new Tars().pax(SCHILY + "user.k", "v".repeat(65537)).file("f", "").end());
    cases.either("xattr-value-64k",
        () -> new Tars().pax(SCHILY + "user.k", "v".repeat(65536)).file("f", "").end());
    cases.refused("xattr-name-256", "xattr",
        () -> new Tars().pax(SCHILY + "user." + "n".repeat(251), "v").file("f", "").end());
    cases.taken("xattr-name-255",
        () -> new Tars().pax(SCHILY + "user." + "n".repeat(250), "v").file("f", "").end(),
        new Xattr("f", "user." + "n".repeat(250), "v"));
    cases.refused("xattr-name-empty", "xattr",
        () -> new Tars().pax(SCHILY, "v").file("f", "").end());
    cases.refused("xattr-name-nul", "xattr",
        () -> new Tars().pax(SCHILY + "user.a\0b", "v").file("f", "").end());
    cases.refused("xattr-libarchive-nul", "xattr",
        () -> new Tars().pax(LIBARCHIVE + "user.a%00b", "eQ").file("f", "").end());
    cases.refused("xattr-libarchive-not-base64", "base 64",
        () -> new Tars().pax(LIBARCHIVE + "user.a", "!!!").file("f", "").end());
    cases.either("xattr-2000-on-a-file",
        () -> {
          var records = new String[4000];
          for (int i = 0; i < 2000; i++) {
            records[2 * i] = SCHILY + "user.k" + i;
            records[2 * i + 1] = "value" + i;
          }
          return new Tars().pax(records).file("f", "1").end();
        });
    cases.either("xattr-a-megabyte-on-a-file",
        () -> {
          var records = new String[30];
          for (int i = 0; i < 15; i++) {
            records[2 * i] = SCHILY + "user.k" + i;
            records[2 * i + 1] = "v".repeat(65000);
          }
          return new Tars().pax(records).file("f", "1").end();
        });
  }

  private static void devices(Cases cases) {
    cases.taken("dev-disk", () -> new Tars().add(header("sda").type('4').device(8, 0)).end(),
        new Device("sda", 'b', 8, 0));
    cases.taken("dev-mem", () -> new Tars().add(header("mem").type('3').device(1, 1)).end(),
        new Device("mem", 'c', 1, 1));
    cases.taken("dev-largest",
        () -> new Tars().add(header("x").type('3').device(4095, 1048575)).end(),
        new Device("x", 'c', 4095, 1048575));
    cases.refused("dev-major-4096", "\"x\"",
        () -> new Tars().add(header("x").type('3').device(4096, 0)).end());
    cases.refused("dev-minor-2-20", "\"x\"",
        () -> new Tars().add(header("x").type('4').device(1, 1 << 20)).end());
    cases.refused("dev-negative", "\"x\"",
        () -> new Tars().add(header("x").type('4').binary(329, 8, -1)).end());
    cases.refused("dev-2-32", "\"x\"",
        () -> new Tars().add(header("x").type('3').binary(337, 8, 1L << 32)).end());
    cases.refused("dev-rubbish", "\"x\"",
        () -> new Tars().add(header("x").type('3').put(329, 8, "rubbish")).end());
    cases.taken("dev-with-a-size",
        () -> new Tars().add(header("x").type('3').device(1, 3).size(1 << 30)).file("f", "1").end(),
        new Device("x", 'c', 1, 3), new Content("f", "1"));
    cases.taken("dev-fifo-with-a-size",
        () -> new Tars().add(header("p").type('6').size(1 << 30)).file("f", "1").end(),
        new Fifo("p"), new Content("f", "1"));
    cases.taken("dev-over-a-file",
        () -> new Tars().file("x", "1").add(header("x").type('4').device(7, 0)).end(),
        new Device("x", 'b', 7, 0));
  }

  private static void modes(Cases cases) {
    for (int mode : new int[] {04755, 02755, 01777, 06777, 07777, 0}) {
      cases.taken("mode-%o".formatted(mode),
          () -> new Tars().add(header("f").mode(mode), "1").end(), new Mode("f", mode));
    }
    cases.taken("mode-with-file-type-bits", () -> new Tars().add(header("f").mode(0120755)).end(),
        new Mode("f", 0755), new Content("f", ""));
    cases.refused("mode-rubbish", "\"f\"",
        () -> new Tars().add(header("f").put(100, 8, "rwxr-xr-x")).end());
  }
}
