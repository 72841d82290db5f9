package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Attributes;
import stowage.linux.Fd;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Stat;
import stowage.volume.Owner;

final class MountApplierTest {
  @TempDir Path temp;
  private House house;
  private Path host;
  private Digest image;

  @BeforeEach
  void start() throws IOException {
    house = new House(temp.resolve("house"));
    host = Files.createDirectory(temp.resolve("host"));
    image = house.layer("etc/", "etc/passwd", "data/", "data/seed", "away -> /data", "tmp/");
  }

  @AfterEach
  void stop() throws IOException {
    house.close();
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(ByteStrings.ofPath(temp))) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
  }

  private MountApplier.Mounted mount(String id, String... binds) {
    return mount(id, Owner.ROOT, House.plan(binds));
  }

  private MountApplier.Mounted mount(String id, Owner user, MountPlan plan) {
    var subject = house.subject(id, user, image);
    var claimed = house.mounts.claim(subject, plan);
    return house.mounts.mount(subject, claimed.mounts(), Map.of());
  }

  @Test
  void bindsOfFilesAndFoldersAreSeenAndWritable() throws IOException {
    Files.writeString(host.resolve("f"), "host");
    var root = mount("c1", host + ":/x", host.resolve("f") + ":/etc/passwd:ro").root();
    assertThat(root.resolve("x/f")).hasContent("host");
    assertThat(root.resolve("etc/passwd")).hasContent("host");
    Files.writeString(root.resolve("x/g"), "container");
    assertThat(host.resolve("g")).hasContent("container");
    assertThatThrownBy(() -> Files.writeString(root.resolve("etc/passwd"), "x"))
        .hasMessageContaining("Read-only file system");
    house.mounts.unmount("c1");
    assertThat(house.mountPoints()).isEmpty();
    assertThat(host.resolve("f")).hasContent("host");
    assertThat(house.events).isEmpty();
  }

  @Test
  void readOnlyReachesTheMountsBelow() throws IOException {
    Files.createDirectory(host.resolve("sub"));
    Mounts.mount("tmpfs", ByteStrings.ofPath(host.resolve("sub")), "tmpfs", 0, "");
    var root = mount("c1", host + ":/x:ro").root();
    assertThatThrownBy(() -> Files.createFile(root.resolve("x/sub/f")))
        .hasMessageContaining("Read-only file system");
    Files.createFile(host.resolve("sub/g"));
    assertThat(root.resolve("x/sub/g")).exists();
    house.mounts.unmount("c1");
    assertThat(MountTable.at(ByteStrings.ofPath(host.resolve("sub")))).isPresent();
  }

  @Test
  void aVolumeTakesTheImagesFilesAndOutlivesTheContainer() throws IOException {
    var root = mount("c1", "v1:/data").root();
    assertThat(root.resolve("data/seed")).hasContent("data/seed");
    Files.writeString(root.resolve("data/mine"), "kept");
    house.mounts.unmount("c1");
    house.mounts.release("c1", house.mounts.claim(
        house.subject("c1", Owner.ROOT, image), House.plan("v1:/data")).mounts(), false);
    var other = mount("c2", "v1:/elsewhere").root();
    assertThat(other.resolve("elsewhere/mine")).hasContent("kept");
    assertThat(house.events)
        .containsExactly("volume mount v1", "volume unmount v1", "volume mount v1");
  }

  @Test
  void volumesWithoutImageFilesBelongToTheUserUnlessNoCopy() throws IOException {
    var user = new Owner(1000, 100);
    var root = mount("c1", user, House.plan("v1:/new", "v2:/data:nocopy", "v3:/data/sub")).root();
    var made = Stat.path(ByteStrings.ofPath(root.resolve("new")), false);
    assertThat(new Owner(made.uid(), made.gid())).isEqualTo(user);
    try (var files = Files.list(root.resolve("data"))) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("sub");
    }
  }

  @Test
  void aSymlinkOfTheImageAtATargetLeadsToAPlaceInside() throws IOException {
    image = house.layer("out -> /../../../etc", "deep -> /not/yet/there", "l -> l");
    Files.writeString(host.resolve("f"), "host");
    var root = mount("c1", host + ":/out/inner", host + ":/deep").root();
    assertThat(root.resolve("etc/inner/f")).hasContent("host");
    assertThat(root.resolve("not/yet/there/f")).hasContent("host");
    assertThat(Path.of("/etc/inner")).doesNotExist();
    assertThatThrownBy(() -> mount("c2", host + ":/l/x"))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining("too many symlinks");
    assertThat(house.mountPoints()).noneMatch(at -> at.contains("c2"));
  }

  @Test
  void anImageWithASymlinkWhereTheRuntimeMountsIsRefused() throws IOException {
    for (String link : List.of("proc -> /etc", "sys -> ..", "dev -> tmp")) {
      image = house.layer(link);
      assertThatThrownBy(() -> mount("c" + link.charAt(0)))
          .hasMessageContaining("something else than a folder");
    }
    assertThat(house.mountPoints()).isEmpty();
  }

  @Test
  void whatIsBelowDevIsLeftToTheRuntime() throws IOException {
    Files.writeString(host.resolve("f"), "host");
    var mounted = mount("c1", host + ":/dev/x:ro", host.resolve("f") + ":/dev/f");
    assertThat(mounted.runtimeMounts())
        .map(MountApplier.RuntimeMount::target)
        .containsExactly("/dev/f", "/dev/x");
    assertThat(Path.of(mounted.runtimeMounts().get(0).source())).hasContent("host");
    assertThat(mounted.runtimeMounts().get(1).options()).containsExactly("rbind", "rprivate", "ro");
    house.mounts.unmount("c1");
    assertThat(house.mountPoints()).isEmpty();
    assertThat(host.resolve("f")).hasContent("host");
  }

  @Test
  void tmpfsHasItsOptions() throws IOException {
    var request =
        new MountRequest(
            List.of(), List.of(), Map.of("/t", "size=1m,uid=7", "/tmp", "", "/m", "mode=750"),
            Set.of(), List.of(), "");
    var root = mount("c1", Owner.ROOT, MountPlan.of(request, _ -> List.of())).root();
    var mount = MountTable.at(ByteStrings.ofPath(root.resolve("t"))).orElseThrow();
    assertThat(mount.superOptions()).contains("size=1024k").contains("uid=7");
    assertThat(mount.options()).contains("nosuid").contains("nodev").contains("noexec");
    assertThat(Stat.path(ByteStrings.ofPath(root.resolve("t")), false).permissions())
        .isEqualTo(01777);
    assertThat(Stat.path(ByteStrings.ofPath(root.resolve("tmp")), false).permissions())
        .isEqualTo(0755);
    assertThat(Stat.path(ByteStrings.ofPath(root.resolve("m")), false).permissions())
        .isEqualTo(0750);
  }

  @Test
  void subpathsStayInTheirVolume() throws IOException {
    house.volumes.create("v1", "", Map.of(), Map.of());
    var data = Path.of(house.volumes.mount("v1", "test"));
    Files.createDirectories(data.resolve("a/b"));
    Files.writeString(data.resolve("a/b/f"), "sub");
    Files.createSymbolicLink(data.resolve("in"), Path.of("a/b"));
    Files.createSymbolicLink(data.resolve("out"), Path.of("/etc"));
    Files.createSymbolicLink(data.resolve("up"), Path.of("../../.."));
    assertThat(subpath("c1", "in").root().resolve("x/f")).hasContent("sub");
    assertThat(subpath("c2", "a/b/f").root().resolve("x")).hasContent("sub");
    for (String out : List.of("out", "up", "out/passwd")) {
      assertThatThrownBy(() -> subpath("c3", out)).as(out).hasMessageContaining("leads out of it");
    }
    assertThatThrownBy(() -> subpath("c4", "missing"))
        .isInstanceOf(StowageException.NotFound.class)
        .hasMessage("cannot access path missing of volume v1: it does not exist");
  }

  private MountApplier.Mounted subpath(String id, String subpath) {
    var mount =
        new Mount.Volume(
            "v1", "/x", false, "local", Map.of(), Map.of(), false, subpath, false, "");
    return mount(id, Owner.ROOT, new MountPlan(List.of(mount)));
  }

  @Test
  void sourcesAreRefusedInTheRightWords() throws IOException {
    assertThatThrownBy(() -> mount("c1", "/nope/x:/x"))
        .isInstanceOf(InvalidArgument.class)
        .hasMessage(
            "invalid mount config for type \"bind\": bind source path does not exist: /nope/x");
    var link = Files.createSymbolicLink(host.resolve("store"), house.root.resolve("volumes"));
    assertThatThrownBy(() -> mount("c1", link + ":/x")).hasMessageContaining("agent's own data");
    assertThatThrownBy(() -> mount("c1", "v1:/x", host + ":/y", "/nope:/z"))
        .hasMessageContaining("does not exist");
    assertThat(house.volumes.find("v1")).as("nothing stays behind").isEmpty();
    assertThatThrownBy(() -> mount("c1", host + ":/etc/passwd"))
        .hasMessage("cannot mount volume over existing file, file exists /etc/passwd");
    assertThat(house.mountPoints()).isEmpty();
  }

  @Test
  void idMapAutoLetsOwnerAndUserChangePlaces() throws IOException {
    Files.writeString(host.resolve("f"), "host");
    Attributes.fchownat(Fd.CWD, ByteStrings.ofPath(host), 4321, 4322);
    Attributes.fchownat(Fd.CWD, ByteStrings.ofPath(host.resolve("f")), 4321, 4322);
    var root =
        mount("c1", new Owner(1000, 100), House.plan(host + ":/x:idmap")).root();
    var seen = Stat.path(ByteStrings.ofPath(root.resolve("x/f")), false);
    assertThat(new Owner(seen.uid(), seen.gid())).isEqualTo(new Owner(1000, 100));
    var made = ByteStrings.ofPath(root.resolve("x/made"));
    Files.createFile(root.resolve("x/made"), PosixFilePermissions.asFileAttribute(Set.of()));
    Attributes.fchownat(Fd.CWD, made, 1000, 100);
    var disk = Stat.path(ByteStrings.ofPath(host.resolve("made")), false);
    assertThat(new Owner(disk.uid(), disk.gid())).isEqualTo(new Owner(4321, 4322));
  }

  @Test
  void theContainersOwnFilesGiveWayToAMount() throws IOException {
    var own = Files.writeString(host.resolve("own"), "own");
    var asked = Files.writeString(host.resolve("asked"), "asked");
    var subject = house.subject("c1", Owner.ROOT, image);
    var claimed = house.mounts.claim(subject, House.plan(asked + ":/etc/hosts"));
    var root =
        house.mounts
            .mount(subject, claimed.mounts(), Map.of("/etc/hosts", own, "/etc/hostname", own))
            .root();
    assertThat(root.resolve("etc/hosts")).hasContent("asked");
    assertThat(root.resolve("etc/hostname")).hasContent("own");
  }

  @Test
  void theLastUserTakesTheRootDown() throws IOException {
    var subject = house.subject("c1", Owner.ROOT, image);
    var mounts = house.mounts.claim(subject, House.plan("v1:/data", host + ":/x")).mounts();
    house.mounts.mount(subject, mounts, Map.of());
    house.mounts.enter(subject, mounts, Map.of());
    house.mounts.unmount("c1");
    assertThat(house.mountPoints()).isNotEmpty();
    house.mounts.leave("c1");
    assertThat(house.mountPoints()).isEmpty();
    house.mounts.unmount("c1");
  }

  @Test
  void whatAnotherLifeOfTheAgentLeftIsTakenDown() throws IOException {
    mount("c1", "v1:/data", host + ":/x", host + ":/dev/x");
    try (var next = new House(house)) {
      next.mounts.unmount("c1");
      assertThat(next.mountPoints()).isEmpty();
    }
    assertThat(host).exists();
  }

  @Test
  void whatIsSharedWithTheHostStaysThereWhenTheContainerStops() throws IOException {
    String at = ByteStrings.ofPath(host);
    Mounts.mount("tmpfs", at, "tmpfs", 0, "");
    Mounts.mount("", at, "", Mounts.MS_SHARED, "");
    Files.createDirectory(host.resolve("sub"));
    Mounts.mount("tmpfs", at + "/sub", "tmpfs", 0, "");
    var mounted = mount("c1", host + ":/x:rshared", host + ":/y:rslave");
    assertThat(mounted.rootPropagation()).isEqualTo("shared");
    Files.createDirectory(host.resolve("later"));
    Mounts.mount("tmpfs", at + "/later", "tmpfs", 0, "");
    for (String there : List.of("x/later", "y/later", "x/sub")) {
      assertThat(MountTable.at(ByteStrings.ofPath(mounted.root().resolve(there)))).isPresent();
    }
    house.mounts.unmount("c1");
    assertThat(MountTable.at(at + "/sub")).isPresent();
    assertThat(MountTable.at(at + "/later")).isPresent();
    assertThat(house.mountPoints()).isEmpty();
  }

  @Test
  void sharingWhatIsNotSharedIsRefused() throws IOException {
    Mounts.mount("tmpfs", ByteStrings.ofPath(host), "tmpfs", 0, "");
    Mounts.mount("", ByteStrings.ofPath(host), "", Mounts.MS_PRIVATE, "");
    assertThatThrownBy(() -> mount("c1", host + ":/x:shared"))
        .hasMessageContaining("but it is not a shared mount");
    assertThatThrownBy(() -> mount("c1", host + ":/x:slave"))
        .hasMessageContaining("but it is not a shared or slave mount");
  }

  @Test
  void anonymousVolumesGoWithTheContainerWhenAsked() {
    var subject = house.subject("c1", Owner.ROOT, image);
    var mounts = house.mounts.claim(subject, House.plan("/data", "named:/n")).mounts();
    var anonymous = (Mount.Volume) mounts.get(0);
    assertThat(anonymous.name()).matches("[0-9a-f]{64}");
    assertThat(house.volumes.holders(anonymous.name())).containsExactly("c1");
    house.mounts.release("c1", mounts, true);
    assertThat(house.volumes.find(anonymous.name())).isEmpty();
    assertThat(house.volumes.find("named")).isPresent();
  }
}
