package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.base.Time;
import stowage.linux.Fd;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.store.HostDisk;
import stowage.store.SimMachine;

final class VolumesTest {
  @TempDir Path root;
  private final List<String> events = new ArrayList<>();
  private final SimMachine machine = new SimMachine();
  private Volumes volumes;

  @BeforeEach
  void start() {
    volumes = new Volumes(
        machine.records(),
        Map.of("local", new LocalDriver(root, new HostDisk(root))),
        (type, action, id, attributes) -> events.add(action + " " + id + " " + attributes),
        Time.SYSTEM);
    volumes.recover();
  }

  @AfterEach
  void unmountAll() throws IOException {
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(ByteStrings.ofPath(root))) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
  }

  private Volume create(String name) {
    return volumes.create(name, "", Map.of(), Map.of());
  }

  private static Fd open(Path directory) throws IOException {
    return Open.open(ByteStrings.ofPath(directory), Open.O_RDONLY | Open.O_DIRECTORY);
  }

  @Test
  void aVolumeIsADirectoryOnlyRootCanWalkTo() throws IOException {
    var volume = create("v1");
    assertThat(volume.mountpoint()).isEqualTo(root + "/volumes/v1/_data");
    assertThat(Stat.path(volume.mountpoint(), false).permissions()).isEqualTo(0755);
    assertThat(Stat.path(root + "/volumes", false).permissions()).isEqualTo(0700);
    assertThat(events).containsExactly("create v1 {driver=local}");
  }

  @Test
  void creatingAgainAnswersTheVolumeAsItIs() {
    var first = volumes.create("v1", "local", Map.of(), Map.of("k", "v"));
    var second =
        volumes.create("v1", "", Map.of("type", "tmpfs", "device", "tmpfs"), Map.of("x", "y"));
    assertThat(second).isEqualTo(first);
    assertThat(events).hasSize(1);
  }

  @Test
  void aVolumeWithoutANameIsAnonymous() {
    var volume = create("");
    assertThat(volume.name()).matches("[0-9a-f]{64}");
    assertThat(volume.anonymous()).isTrue();
    assertThat(volume.labels()).containsEntry("com.docker.volume.anonymous", "");
  }

  @Test
  void requestsAreRefusedInDockersWords() {
    refused("bad name", Map.of(),
        "create bad name: \"bad name\" includes invalid characters for a local volume name, only"
            + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
            + " directory, use absolute path");
    refused("../etc", Map.of(), "create ../etc: \"../etc\" includes invalid characters");
    refused("x", Map.of(), "create x: volume name is too short, names should be at least two"
        + " alphanumeric characters");
    refused("a".repeat(256), Map.of(), "too long");
    refused("vv", Map.of("foo", "bar"), "create vv: invalid option: \"foo\"");
    refused("vvn", Map.of("type", "nfs"), "create vvn: missing required option: \"device\"");
    refused("vsz", Map.of("size", "10m"),
        "create vsz: quota size requested but no quota support");
    assertThatThrownBy(() -> volumes.create("vv", "nodriver", Map.of(), Map.of()))
        .isInstanceOf(NotFound.class)
        .hasMessage(
            "create vv: error looking up volume plugin nodriver: plugin \"nodriver\" not found");
    assertThatThrownBy(() -> volumes.require("nosuch"))
        .isInstanceOf(NotFound.class)
        .hasMessage("get nosuch: no such volume");
    assertThatThrownBy(() -> volumes.remove("nosuch", false))
        .hasMessage("get nosuch: no such volume");
    volumes.remove("nosuch", true);
    assertThat(volumes.list(VolumeFilter.ALL)).isEmpty();
  }

  private void refused(String name, Map<String, String> options, String message) {
    assertThatThrownBy(() -> volumes.create(name, "", options, Map.of()))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining(message);
  }

  @Test
  void aHeldVolumeIsNotRemoved() throws IOException {
    var made = volumes.createHeld("v1", "", Map.of(), Map.of(), "c1");
    assertThat(made.isNew()).isTrue();
    volumes.hold("v1", "c2");
    for (boolean force : new boolean[] {false, true}) {
      assertThatThrownBy(() -> volumes.remove("v1", force))
          .isInstanceOf(InUse.class)
          .hasMessage("remove v1: volume is in use - [c1, c2]");
    }
    volumes.release("v1", "c1");
    volumes.release("v1", "c2");
    volumes.remove("v1", false);
    assertThat(volumes.find("v1")).isEmpty();
    try (var left = Files.list(root.resolve("volumes/.trash"))) {
      assertThat(left).isEmpty();
    }
    assertThat(root.resolve("volumes/v1")).doesNotExist();
    assertThat(events.getLast()).isEqualTo("destroy v1 {driver=local}");
  }

  @Test
  void whatAnUnfinishedCreationMadeIsRemovedAtTheNextStart() {
    for (String name : List.of("unfinished", "held", "mounted", "left", "wanted")) {
      volumes.createHeld(name, "", Map.of(), Map.of(), "c1");
    }
    volumes.mount("mounted", "c1");
    volumes.release("left", "c1");
    create("wanted");
    start();
    volumes.hold("held", "c1");
    volumes.sweep();
    assertThat(volumes.list(VolumeFilter.ALL).stream().map(Volume::name))
        .containsExactly("held", "left", "mounted", "wanted");
  }

  @Test
  void pruneRemovesAnonymousVolumesUnlessAskedForAll() throws IOException {
    var anonymous = create("");
    var held = volumes.createHeld("", "", Map.of(), Map.of(), "c1").volume();
    create("named");
    Files.write(Path.of(anonymous.mountpoint(), "f"), new byte[5000]);
    assertThat(volumes.prune(VolumeFilter.ALL, false))
        .isEqualTo(new Volumes.Pruned(List.of(anonymous.name()), 5000));
    var labelled =
        new VolumeFilter(Optional.empty(), List.of(), List.of(), List.of("no"), List.of());
    assertThat(volumes.prune(labelled, true).names()).isEmpty();
    assertThat(volumes.prune(VolumeFilter.ALL, true).names()).containsExactly("named");
    assertThat(volumes.find(held.name())).isPresent();
  }

  @Test
  void listsAreFiltered() {
    volumes.create("apple", "", Map.of(), Map.of("a", "1"));
    volumes.createHeld("pear", "", Map.of(), Map.of("a", "2", "b", ""), "c");
    assertThat(names(Optional.of(true), List.of(), List.of(), List.of())).containsExactly("apple");
    assertThat(names(Optional.of(false), List.of(), List.of(), List.of())).containsExactly("pear");
    assertThat(names(Optional.empty(), List.of("pp"), List.of(), List.of()))
        .containsExactly("apple");
    assertThat(names(Optional.empty(), List.of(), List.of("a=2"), List.of()))
        .containsExactly("pear");
    assertThat(names(Optional.empty(), List.of(), List.of("a"), List.of("b")))
        .containsExactly("apple");
  }

  private List<String> names(
      Optional<Boolean> dangling, List<String> names, List<String> labels, List<String> without) {
    var filter = new VolumeFilter(dangling, names, List.of("local"), labels, without);
    return volumes.list(filter).stream().map(Volume::name).toList();
  }

  @Test
  void aFreshVolumeTakesTheImagesContentOnce(@TempDir Path image) throws IOException {
    create("v1");
    Files.writeString(image.resolve("f"), "seed");
    try (var source = open(image)) {
      stowage.linux.Attributes.fchown(source, 1000, 1001);
      stowage.linux.Attributes.fchmod(source, 0750);
      assertThat(volumes.initialise("v1", Optional.of(source), Owner.ROOT)).isTrue();
      var data = Stat.path(root + "/volumes/v1/_data", false);
      assertThat(List.of(data.uid(), data.gid(), data.permissions()))
          .isEqualTo(List.of(1000, 1001, 0750));
      var file = root.resolve("volumes/v1/_data/f");
      assertThat(file).hasContent("seed");
      Files.delete(file);
      assertThat(volumes.initialise("v1", Optional.of(source), Owner.ROOT)).isFalse();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void aVolumeThatWasMountedIsNotFreshAnyMore(@TempDir Path image) throws IOException {
    create("v1");
    volumes.mount("v1", "c1");
    volumes.unmount("v1", "c1");
    try (var source = open(image)) {
      assertThat(volumes.initialise("v1", Optional.of(source), Owner.ROOT)).isFalse();
    }
  }

  @Test
  void whatTheImageLacksBelongsToTheContainersUser() throws IOException {
    create("v1");
    assertThat(volumes.initialise("v1", Optional.empty(), new Owner(1000, 100))).isTrue();
    var data = Stat.path(root + "/volumes/v1/_data", false);
    assertThat(List.of(data.uid(), data.gid(), data.permissions()))
        .isEqualTo(List.of(1000, 100, 0755));
  }

  @Test
  void aFailedFirstContentLeavesAnEmptyFreshVolume(@TempDir Path image) throws IOException {
    create("v1");
    // A file where a directory is expected: the copy fails when it lists it.
    Files.writeString(image.resolve("f"), "x");
    try (var source = Open.open(ByteStrings.ofPath(image.resolve("f")), Open.O_RDONLY)) {
      assertThatThrownBy(() -> volumes.initialise("v1", Optional.of(source), Owner.ROOT))
          .isInstanceOf(StowageException.Failed.class)
          .hasMessageContaining("initialise volume v1");
    }
    try (var left = Files.list(root.resolve("volumes/v1"))) {
      assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("_data");
    }
    assertThat(volumes.isFresh("v1")).isTrue();
  }

  @Test
  void aFullDiskLeavesAnEmptyFreshVolume(@TempDir Path image) throws IOException {
    Files.createDirectories(root.resolve("small"));
    Mounts.mount("t", ByteStrings.ofPath(root.resolve("small")), "tmpfs", 0, "size=256k");
    var small = root.resolve("small");
    var volumesThere =
        new Volumes(
            machine.records(),
            Map.of("local", new LocalDriver(small, new HostDisk(small))),
            stowage.base.Events.NONE,
            Time.SYSTEM);
    volumesThere.recover();
    volumesThere.create("v1", "", Map.of(), Map.of());
    var noise = new byte[1 << 20];
    new java.util.Random(1).nextBytes(noise);
    Files.write(image.resolve("big"), noise);
    try (var source = open(image)) {
      assertThatThrownBy(() -> volumesThere.initialise("v1", Optional.of(source), Owner.ROOT))
          .isInstanceOf(StowageException.LimitExceeded.class)
          .hasMessage("cannot initialise volume v1: no space left on device");
    }
    try (var left = Files.list(small.resolve("volumes/v1"))) {
      assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactly("_data");
    }
    assertThat(volumesThere.isFresh("v1")).isTrue();
    volumesThere.remove("v1", false);
  }

  @Test
  void aTmpfsVolumeIsMountedWhileAnyContainerUsesIt() throws IOException {
    var volume =
        volumes.create(
            "vt",
            "local",
            Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,uid=1000"),
            Map.of());
    String at = ByteStrings.ofText(volume.mountpoint());
    assertThat(MountTable.at(at)).isEmpty();
    volumes.mount("vt", "c1");
    volumes.mount("vt", "c2");
    var mount = MountTable.at(at).orElseThrow();
    assertThat(mount.type()).isEqualTo("tmpfs");
    assertThat(mount.superOptions()).contains("size=1024k").contains("uid=1000");
    volumes.unmount("vt", "c1");
    assertThat(MountTable.at(at)).isPresent();
    volumes.unmount("vt", "c2");
    assertThat(MountTable.at(at)).isEmpty();
    volumes.remove("vt", false);
  }

  @Test
  void aBindVolumeShowsADirectoryOfTheHost(@TempDir Path host) throws IOException {
    Files.writeString(host.resolve("f"), "there");
    var volume =
        volumes.create(
            "vb",
            "local",
            Map.of("type", "none", "device", host.toString(), "o", "bind,ro"),
            Map.of());
    String data = volumes.mount("vb", "c1");
    assertThat(Path.of(data, "f")).hasContent("there");
    assertThat(MountTable.at(ByteStrings.ofText(data)).orElseThrow().readOnly()).isTrue();
    volumes.unmount("vb", "c1");
    volumes.remove("vb", false);
    assertThat(host.resolve("f")).exists();
    assertThat(volume.options()).containsEntry("o", "bind,ro");
  }

  @Test
  void whatCannotBeMountedIsToldInDockersWords() {
    volumes.create(
        "vvb", "local", Map.of("type", "none", "device", "/nope/zz", "o", "bind"), Map.of());
    assertThatThrownBy(() -> volumes.mount("vvb", "c1"))
        .hasMessage(
            "error while mounting volume '%s/volumes/vvb/_data': failed to mount local volume:"
                    .formatted(root)
                + " mount /nope/zz:%s/volumes/vvb/_data, flags: 0x1000: device /nope/zz does not"
                    .formatted(root)
                + " exist");
    volumes.create(
        "odd", "local", Map.of("type", "nosuchfs", "device", "x", "o", "a=b"), Map.of());
    assertThatThrownBy(() -> volumes.mount("odd", "c1"))
        .hasMessageEndingWith("mount x:%s/volumes/odd/_data, data: a=b: no such device"
            .formatted(root));
    volumes.create(
        "own", "local", Map.of("type", "none", "device", root.toString(), "o", "bind"), Map.of());
    assertThatThrownBy(() -> volumes.mount("own", "c1")).hasMessageContaining("agent's own data");
  }

  @Test
  void usageSeesHardLinksOnceAndHolesNot() throws IOException {
    var volume = create("v1");
    var data = Path.of(volume.mountpoint());
    Files.write(data.resolve("a"), new byte[3000]);
    Files.createLink(data.resolve("b"), data.resolve("a"));
    Files.createSymbolicLink(data.resolve("up"), Path.of("/"));
    assertThat(volumes.usageBytes("v1")).isEqualTo(3000);
  }

  @Test
  void volumesSurviveTheAgent() {
    create("v1");
    start();
    assertThat(volumes.require("v1").name()).isEqualTo("v1");
  }
}
