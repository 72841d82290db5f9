package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;

/** Each test has a mount namespace of its own, which is gone with the thread it ran on. */
class MountsTest {
  @TempDir Path dir;

  static void alone(Namespaces.Body<?> body) throws IOException {
    Scratch.onThread(
        () -> {
          Namespaces.unshare(Namespaces.CLONE_NEWNS);
          Mounts.mount("none", "/", "", Mounts.MS_REC | Mounts.MS_PRIVATE, "");
          return body.run();
        });
  }

  private String path(String name) {
    return Scratch.path(dir, name);
  }

  private Fd tmpfs() throws ErrnoException {
    try (var fs = Mounts.fsopen("tmpfs")) {
      Mounts.fsconfigString(fs, "size", "1m");
      Mounts.fsconfigCreate(fs);
      return Mounts.fsmount(fs, Mounts.MOUNT_ATTR_NODEV);
    }
  }

  @Test
  void aFilesystemIsMadeAndMovedToAPath() throws Exception {
    alone(
        () -> {
          Directory.mkdir(path("m"), 0700);
          try (var mount = tmpfs()) {
            Mounts.moveMount(mount, Fd.CWD, path("m"));
          }
          assertThat(Statfs.path(path("m")).type()).isEqualTo(Statfs.TMPFS);
          assertThat(Statfs.path(path("m")).sizeBytes()).isEqualTo(1 << 20);
          var entry = MountTable.at(path("m")).orElseThrow();
          assertThat(entry.type()).isEqualTo("tmpfs");
          assertThat(entry.options()).contains("nodev");
          assertThat(entry.superOptions()).contains("size=1024k");
          assertThat(entry.shared()).isFalse();
          assertThat(Stat.path(path("m"), true).mountRoot()).isTrue();
          assertThat(Stat.path(path("m"), true).mountId()).isEqualTo(entry.id());
          Mounts.umount2(path("m"), Mounts.UMOUNT_NOFOLLOW);
          assertThat(MountTable.at(path("m"))).isEmpty();
          Scratch.fails(Errno.EINVAL, "umount2", () -> Mounts.umount2(path("m"), 0));
          return null;
        });
  }

  @Test
  void errorsHoldWhatTheFilesystemSaid() throws Exception {
    Scratch.fails(Errno.ENODEV, "fsopen", () -> Mounts.fsopen("nonesuchfs"));
    try (var fs = Mounts.fsopen("tmpfs")) {
      var failure =
          Scratch.fails(
              Errno.EINVAL, "fsconfig", () -> Mounts.fsconfigString(fs, "sise", "1m"));
      assertThat(failure)
          .hasMessageStartingWith("fsconfig(sise=1m): EINVAL")
          .hasMessageContaining("Unknown parameter 'sise'");
      Scratch.fails(Errno.EINVAL, "fsconfig", () -> Mounts.fsconfigFlag(fs, "nonesuch"));
      Scratch.fails(Errno.EINVAL, "fsconfig", () -> Mounts.fsconfigFd(fs, "nonesuch", fs));
      Scratch.fails(Errno.EINVAL, "fsmount", () -> Mounts.fsmount(fs, 0));
    }
    try (var d = Scratch.open(dir)) {
      Scratch.fails(Errno.EINVAL, "fsconfig", () -> Mounts.fsconfigCreate(d));
      Scratch.fails(Errno.EINVAL, "move_mount", () -> Mounts.moveMount(d, d, ""));
      Scratch.fails(Errno.EINVAL, "fspick", () -> Mounts.fspick(d, ""));
      Scratch.fails(
          Errno.EINVAL,
          "mount_setattr",
          () -> Mounts.mountSetattr(d, 0, Mounts.MOUNT_ATTR_RDONLY, 0, 0));
      Scratch.fails(
          Errno.ENOENT, "open_tree", () -> Mounts.openTree(d, "none", Mounts.OPEN_TREE_CLONE));
    }
    Scratch.fails(Errno.ENOENT, "mount", () -> Mounts.mount("a", path("none"), "tmpfs", 0, ""));
  }

  @Test
  void bindMountsAreRecursiveAndReadOnlyAsAsked() throws Exception {
    alone(
        () -> {
          Directory.mkdir(path("a"), 0700);
          Directory.mkdir(path("a/sub"), 0700);
          Directory.mkdir(path("b"), 0700);
          try (var mount = tmpfs()) {
            Mounts.moveMount(mount, Fd.CWD, path("a/sub"));
          }
          try (var target = Open.open(path("b"), Open.O_PATH);
              var tree =
                  Mounts.openTree(
                      Fd.CWD, path("a"), Mounts.OPEN_TREE_CLONE | Mounts.AT_RECURSIVE)) {
            Mounts.mountSetattr(
                tree, Mounts.AT_RECURSIVE, Mounts.MOUNT_ATTR_RDONLY, 0, Mounts.MS_SHARED);
            Mounts.moveMount(tree, target, "");
          }
          assertThat(MountTable.at(path("b")).orElseThrow().readOnly()).isTrue();
          assertThat(MountTable.at(path("b/sub")).orElseThrow().readOnly()).isTrue();
          assertThat(MountTable.at(path("b/sub")).orElseThrow().shared()).isTrue();
          assertThat(MountTable.at(path("a/sub")).orElseThrow().readOnly()).isFalse();
          Scratch.fails(Errno.EROFS, "mkdir", () -> Directory.mkdir(path("b/sub/x"), 0700));
          Directory.mkdir(path("a/sub/x"), 0700);
          return null;
        });
  }

  @Test
  void overlayTakesItsLayersOneByOne() throws Exception {
    alone(
        () -> {
          // A comma and a colon would end an option and a layer in mount(2)'s string.
          for (var name : List.of("low:1,a", "low2", "up", "work", "merged")) {
            Directory.mkdir(path(name), 0755);
          }
          Scratch.write(dir, "low:1,a/f", "top");
          Scratch.write(dir, "low2/f", "bottom");
          Scratch.write(dir, "low2/g", "g");
          try (var fs = Mounts.fsopen("overlay")) {
            Mounts.fsconfigString(fs, "lowerdir+", path("low:1,a"));
            Mounts.fsconfigString(fs, "lowerdir+", path("low2"));
            Mounts.fsconfigString(fs, "upperdir", path("up"));
            Mounts.fsconfigString(fs, "workdir", path("work"));
            Mounts.fsconfigCreate(fs);
            try (var mount = Mounts.fsmount(fs, 0)) {
              Mounts.moveMount(mount, Fd.CWD, path("merged"));
            }
          }
          assertThat(Scratch.read(dir, "merged/f")).isEqualTo("top");
          assertThat(Scratch.read(dir, "merged/g")).isEqualTo("g");
          Directory.unlink(path("merged/g"));
          var whiteout = Stat.path(path("up/g"), false);
          assertThat(whiteout.type()).isEqualTo(FileType.CHARACTER_DEVICE);
          assertThat(whiteout.rdevMajor() + whiteout.rdevMinor()).isZero();
          return null;
        });
  }

  @Test
  void aPickedFilesystemIsReconfigured() throws Exception {
    alone(
        () -> {
          Directory.mkdir(path("m"), 0700);
          Mounts.mount("none", path("m"), "tmpfs", Mounts.MS_NOSUID, "size=1m");
          assertThat(MountTable.at(path("m")).orElseThrow().options()).contains("nosuid");
          try (var fs = Mounts.fspick(Fd.CWD, path("m"))) {
            Mounts.fsconfigString(fs, "size", "2m");
            Mounts.fsconfigReconfigure(fs);
          }
          assertThat(Statfs.path(path("m")).sizeBytes()).isEqualTo(2 << 20);
          return null;
        });
  }

  @Test
  void anIdmappedMountShowsOtherOwners() throws Exception {
    alone(
        () -> {
          Directory.mkdir(path("a"), 0755);
          Directory.mkdir(path("b"), 0755);
          Attributes.fchownat(Fd.CWD, path("a"), 1000, 1001);
          Scratch.write(dir, "a/root", "");
          var uids = List.of(new Namespaces.IdMap(1000, 0, 1), new Namespaces.IdMap(0, 5, 1));
          var gids = List.of(new Namespaces.IdMap(1001, 0, 1));
          try (var users = Namespaces.idmap(uids, gids);
              var tree = Mounts.openTree(Fd.CWD, path("a"), Mounts.OPEN_TREE_CLONE)) {
            Mounts.idmap(tree, 0, users);
            Scratch.fails(Errno.EPERM, "mount_setattr", () -> Mounts.idmap(tree, 0, users));
            Mounts.moveMount(tree, Fd.CWD, path("b"));
          }
          var seen = Stat.path(path("b"), true);
          assertThat(seen.uid() + ":" + seen.gid()).isEqualTo("0:0");
          var root = Stat.path(path("b/root"), true);
          assertThat(root.uid() + ":" + root.gid()).isEqualTo("5:65534");
          Scratch.write(dir, "b/new", "");
          var onDisk = Stat.path(path("a/new"), true);
          assertThat(onDisk.uid() + ":" + onDisk.gid()).isEqualTo("1000:1001");
          return null;
        });
  }

  @Test
  void aMountNamespaceIsEnteredOnAnotherThread() throws Exception {
    Directory.mkdir(path("m"), 0700);
    alone(
        () -> {
          Mounts.mount("none", path("m"), "tmpfs", 0, "");
          Directory.mkdir(path("m/inside"), 0700);
          try (var own = Open.open("/proc/thread-self/ns/mnt", Open.O_RDONLY)) {
            Scratch.onThread(
                () -> {
                  enter(own);
                  return null;
                });
          }
          return null;
        });
  }

  /** Called on a thread of another namespace, where the tmpfs is not. */
  private void enter(Fd namespace) throws IOException {
    try (var outside = Open.open("/proc/self/ns/mnt", Open.O_RDONLY)) {
      Namespaces.unshare(Namespaces.CLONE_FS);
      Namespaces.setns(outside, Namespaces.CLONE_NEWNS);
    }
    Scratch.fails(Errno.ENOENT, "statx", () -> Stat.path(path("m/inside"), true));
    var found =
        Namespaces.inMountNamespace(namespace, () -> Stat.path(path("m/inside"), true));
    assertThat(found.isDirectory()).isTrue();
    Scratch.fails(
        Errno.ENOENT,
        "statx",
        () ->
            Namespaces.inMountNamespace(
                namespace, () -> Stat.path(path("m/nothing"), true)));
    Scratch.fails(Errno.ENOENT, "statx", () -> Stat.path(path("m/inside"), true));
  }

  @Test
  void pathsOfMountsAreBytes() throws Exception {
    alone(
        () -> {
          var name = "a b\tc\nd\\e\u00ff";
          Directory.mkdir(path(name), 0700);
          Mounts.mount("my source", path(name), "tmpfs", 0, "");
          var entry = MountTable.at(path(name)).orElseThrow();
          assertThat(entry.source()).isEqualTo("my source");
          assertThat(entry.mountPoint()).isEqualTo(ByteStrings.ofPath(dir) + "/" + name);
          return null;
        });
  }
}
