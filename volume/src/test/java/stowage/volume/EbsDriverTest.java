package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.Events;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.WrongState;
import stowage.base.Time;
import stowage.cloud.EbsVolume;
import stowage.cloud.EbsVolumeState;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.store.HostDisk;
import stowage.store.SimMachine;

/** Volumes on EBS, with real devices and filesystems, and a region of files. */
class EbsDriverTest {
  @TempDir Path folder;

  private DiskRegion region;
  private Host here;
  private Host there; // in the same zone
  private Host far; // in another

  private final class Host {
    final Path root;
    final SimMachine machine = new SimMachine();
    final EbsRegion view;
    final HostTools tools = new HostTools();
    Volumes volumes;
    EbsDriver driver;

    Host(String name, String instance, String zone) throws IOException {
      root = Files.createDirectory(folder.resolve(name));
      view = region.host(instance, zone);
      start();
    }

    void start() {
      driver = new EbsDriver(root, machine.records(), view, tools);
      var local = new LocalDriver(root, new HostDisk(root));
      volumes =
          new Volumes(
              machine.records(), Map.of("local", local, "ebs", driver), Events.NONE, Time.SYSTEM);
      volumes.recover();
    }

    Volume create(String name, String... options) {
      var map = new java.util.HashMap<String, String>();
      for (var option : options) {
        map.put(option.split("=")[0], option.split("=")[1]);
      }
      return volumes.create(name, "ebs", map, Map.of());
    }

    Path mount(String name, String container) {
      volumes.hold(name, container);
      return Path.of(volumes.mount(name, container));
    }

    void unmount(String name, String container) {
      volumes.unmount(name, container);
      volumes.release(name, container);
    }

    EbsVolume ebs(String name) {
      var found = view.tagged("stowage:volume", name);
      assertThat(found).hasSize(1);
      return view.find(found.getFirst().id()).orElseThrow();
    }
  }

  @BeforeEach
  void start() throws IOException {
    region = new DiskRegion(Files.createDirectory(folder.resolve("region")));
    here = new Host("here", "i-00000000000000001", "local-a");
    there = new Host("there", "i-00000000000000002", "local-a");
    far = new Host("far", "i-00000000000000003", "local-b");
  }

  @AfterEach
  void stop() throws IOException {
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(ByteStrings.ofPath(folder))) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
    region.loseDevices();
  }

  private static boolean isMounted(Path at) {
    return EbsMount.at(at.toString()).isPresent();
  }

  @Test
  void containersShareItAndTheLastOneDetachesIt() throws IOException {
    here.create("db", "size=10", "type=gp3");
    assertThat(here.ebs("db").zone()).isEqualTo("local-a");
    assertThat(here.ebs("db").config().sizeGib()).isEqualTo(10);
    assertThat(here.ebs("db").state()).isInstanceOf(EbsVolumeState.Available.class);
    var at = here.mount("db", "one");
    Files.writeString(at.resolve("f"), "kept");
    assertThat(here.mount("db", "two")).isEqualTo(at);
    here.unmount("db", "one");
    assertThat(at.resolve("f")).hasContent("kept");
    assertThat(here.ebs("db").attachments()).hasSize(1);
    here.unmount("db", "two");
    assertThat(here.ebs("db").attachments()).isEmpty();
    assertThat(at).doesNotExist();
    here.mount("db", "three");
    assertThat(at.resolve("f")).hasContent("kept");
    assertThat(here.tools.made).hasSize(1);
    here.unmount("db", "three");
  }

  @Test
  void whoNamesNoDriverMeansTheVolumeThatIsThere() {
    here.create("db");
    assertThat(here.volumes.create("db", "", Map.of(), Map.of()).driver()).isEqualTo("ebs");
    assertThatThrownBy(() -> here.volumes.create("db", "local", Map.of(), Map.of()))
        .isInstanceOf(AlreadyExists.class);
    assertThat(here.volumes.create("new", "", Map.of(), Map.of()).driver()).isEqualTo("local");
  }

  @Test
  void theFirstContentIsTheImagesWithItsOwner() throws IOException {
    var image = Files.createDirectory(folder.resolve("image"));
    Files.writeString(Files.createDirectory(image.resolve("etc")).resolve("conf"), "x");
    Files.writeString(image.resolve("top"), "y");
    HostTools.ok("chown", "-R", "1000:1000", image.toString());
    HostTools.ok("chmod", "700", image.toString());
    here.create("db");
    try (var source = Open.open(ByteStrings.ofPath(image), Open.O_RDONLY)) {
      assertThat(here.volumes.initialise("db", Optional.of(source), new Owner(0, 0))).isTrue();
      assertThat(here.volumes.initialise("db", Optional.of(source), new Owner(0, 0))).isFalse();
    }
    assertThat(here.ebs("db").attachments()).isEmpty();
    var at = here.mount("db", "one");
    assertThat(at.resolve("etc/conf")).hasContent("x");
    var stat = Stat.path(ByteStrings.ofPath(at), true);
    assertThat(stat.uid()).isEqualTo(1000);
    assertThat(stat.permissions()).isEqualTo(0700);
    try (var files = Files.list(at)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsOnly("etc", "top");
    }
    here.unmount("db", "one");
    assertThat(here.volumes.usageBytes("db")).isPositive();
  }

  @Test
  void anImageWithoutTheDirectoryLeavesTheContainersUserAsOwner() throws IOException {
    here.create("db", "fstype=xfs");
    here.volumes.initialise("db", Optional.empty(), new Owner(33, 44));
    var at = here.mount("db", "one");
    var stat = Stat.path(ByteStrings.ofPath(at), true);
    assertThat(stat.uid() + ":" + stat.gid()).isEqualTo("33:44");
    assertThat(EbsMount.at(at.toString()).orElseThrow().type()).isEqualTo("xfs");
    here.unmount("db", "one");
  }

  @Test
  void anotherHostOfTheZoneFindsItByNameWhenItIsFree() throws IOException {
    here.create("db");
    Files.writeString(here.mount("db", "one").resolve("f"), "kept");
    there.create("db");
    there.volumes.hold("db", "two");
    assertThatThrownBy(() -> there.volumes.mount("db", "two"))
        .isInstanceOf(InUse.class)
        .hasMessageContaining("attached to instance i-00000000000000001")
        .hasMessageContaining("stowage ebs clone db NEW-NAME");
    here.unmount("db", "one");
    var at = Path.of(there.volumes.mount("db", "two"));
    assertThat(at.resolve("f")).hasContent("kept");
    assertThatThrownBy(() -> here.volumes.remove("db", false))
        .isInstanceOf(InUse.class)
        .hasMessageContaining("i-00000000000000002");
    assertThat(here.volumes.find("db")).isPresent();
    there.unmount("db", "two");
    there.volumes.remove("db", false);
    assertThat(region.volumes).hasSize(1); // it was the other host's to remove
    here.volumes.remove("db", false);
    assertThat(region.volumes).isEmpty();
  }

  @Test
  void ofTwoHostsThatMakeANameAtOnceTheFirstKeepsItAndTheOtherUsesThat() throws IOException {
    region.meanwhile = () -> there.create("db");
    here.create("db");
    assertThat(region.volumes).hasSize(1);
    Files.writeString(there.mount("db", "one").resolve("f"), "kept");
    there.unmount("db", "one");
    assertThat(here.mount("db", "two").resolve("f")).hasContent("kept");
    here.unmount("db", "two");
    here.volumes.remove("db", false);
    assertThat(region.volumes).hasSize(1);
    there.volumes.remove("db", false);
    assertThat(region.volumes).isEmpty();
  }

  @Test
  void aNameThatTwoVolumesHaveIsNobodysUntilOneIsTakenOff() {
    here.create("db");
    var second = region.make("local-a", Map.of("stowage:volume", "db"));
    here.volumes.hold("db", "one");
    assertThatThrownBy(() -> here.volumes.mount("db", "one"))
        .isInstanceOf(WrongState.class)
        .hasMessageContaining("both have the name db")
        .hasMessageContaining(second.id());
    here.volumes.release("db", "one");
    here.view.untag(second.id(), "stowage:volume");
    here.mount("db", "one");
    here.unmount("db", "one");
  }

  @Test
  void anotherZoneIsToldHowToMoveItOrToCopyIt() {
    here.create("db");
    assertThatThrownBy(() -> far.create("db"))
        .isInstanceOf(WrongState.class)
        .hasMessageContaining("of zone local-a, and this host is in local-b")
        .hasMessageContaining("stowage ebs move db --zone local-b")
        .hasMessageContaining("stowage ebs clone db NEW-NAME --zone local-b");
    assertThat(far.volumes.find("db")).isEmpty();
    assertThat(far.machine.records().list(EbsRecord.KIND)).isEmpty();
    assertThat(region.volumes).hasSize(1);
  }

  @Test
  void aGivenVolumeIsUsedAndNeverRemoved() throws IOException {
    var given = region.make("local-a", Map.of("who", "me"));
    here.create("db", "volume=" + given.id());
    Files.writeString(here.mount("db", "one").resolve("f"), "kept");
    here.unmount("db", "one");
    assertThatThrownBy(() -> there.create("other", "volume=" + given.id()))
        .isInstanceOf(InUse.class)
        .hasMessageContaining("has the name db");
    here.volumes.remove("db", false);
    assertThat(region.volumes.get(given.id()).tags()).isEqualTo(Map.of("who", "me"));
    here.create("again", "volume=" + given.id());
    assertThat(here.mount("again", "two").resolve("f")).hasContent("kept");
    here.unmount("again", "two");
    assertThatThrownBy(() -> here.create("none", "volume=vol-0123456789abcdef0"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aCopyOfAVolumeIsMountedBesideIt() throws IOException {
    here.create("db", "fstype=xfs");
    var at = here.mount("db", "one");
    Files.writeString(at.resolve("f"), "one");
    HostTools.ok("sync", "-f", at.toString());
    here.create("copy", "from=db");
    var copy = here.mount("copy", "two");
    assertThat(copy.resolve("f")).hasContent("one");
    Files.writeString(copy.resolve("f"), "two");
    assertThat(at.resolve("f")).hasContent("one");
    here.unmount("copy", "two");
    here.unmount("db", "one");
    assertThatThrownBy(() -> here.create("db2", "from=nope")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> there.create("copy", "from=db")).isInstanceOf(AlreadyExists.class);
    assertThatThrownBy(() -> far.create("copy3", "from=db"))
        .hasMessageContaining("stowage ebs clone db copy3 --zone local-b");
  }

  @Test
  void contentIsNeverFormattedOver() throws IOException {
    var given = region.make("local-a", Map.of());
    Files.write(region.file(given.id()), new byte[] {7});
    here.create("db", "volume=" + given.id());
    here.volumes.hold("db", "one");
    assertThatThrownBy(() -> here.volumes.mount("db", "one"))
        .isInstanceOf(WrongState.class)
        .hasMessageContaining("left as it is");
    assertThat(here.tools.made).isEmpty();
    assertThat(here.ebs("db").attachments()).isEmpty(); // nothing stays of the attempt
    assertThat(Files.newInputStream(region.file(given.id())).read()).isEqualTo(7);
  }

  @Test
  void whatSomebodyElseAttachedHereStaysAttached() {
    var given = region.make("local-a", Map.of());
    here.create("db", "volume=" + given.id());
    assertThat(here.view.attach(given.id(), "/dev/sdf")).isTrue();
    here.mount("db", "one");
    here.unmount("db", "one");
    assertThat(here.ebs("db").attachments()).hasSize(1);
  }

  @Test
  void aHeldDeviceIsDetachedWhenItsHolderLetsGo() throws IOException {
    here.create("db");
    var at = here.mount("db", "one");
    Files.writeString(at.resolve("f"), "x");
    try (var held = Files.newInputStream(at.resolve("f"))) {
      here.unmount("db", "one");
      assertThat(isMounted(at)).isFalse();
      here.driver.tidy();
      assertThat(here.ebs("db").attachments()).hasSize(1);
      assertThat(held.read()).isEqualTo('x');
    }
    here.driver.tidy();
    assertThat(here.ebs("db").attachments()).isEmpty();
  }

  @Test
  void aStartWaitsForNoRegion() {
    here.create("db");
    var at = here.mount("db", "one");
    here.start(); // its container has ended meanwhile
    int before = region.asked;
    here.volumes.sweep();
    assertThat(region.asked).isEqualTo(before);
    assertThat(isMounted(at)).isFalse();
    here.driver.tidy();
    assertThat(here.ebs("db").attachments()).isEmpty();
  }

  @Test
  void afterARebootItIsAttachedAnew() throws IOException {
    here.create("db");
    var at = here.mount("db", "one");
    Files.writeString(at.resolve("f"), "kept");
    EbsMount.unmount(at.toString());
    region.loseDevices();
    here.start();
    here.volumes.sweep();
    assertThat(here.mount("db", "one").resolve("f")).hasContent("kept");
    here.unmount("db", "one");
  }

  @Test
  void aGrownDeviceGivesItsFilesystemRoomAtTheNextMount() throws IOException {
    here.create("db");
    var at = here.mount("db", "one");
    long before = stowage.linux.Statfs.path(ByteStrings.ofPath(at)).sizeBytes();
    region.disk(here.ebs("db").id()).grow(1024);
    here.driver.tidy(); // at once where the kernel lets this process; xfs always
    here.unmount("db", "one");
    region.size = 1024;
    here.mount("db", "two");
    assertThat(stowage.linux.Statfs.path(ByteStrings.ofPath(at)).sizeBytes())
        .isGreaterThan(before * 19 / 10);
    here.unmount("db", "two");
  }

  @Test
  void aGrownXfsGetsItsRoomWhileItIsInUse() throws IOException {
    here.create("db", "fstype=xfs");
    var at = here.mount("db", "one");
    long before = stowage.linux.Statfs.path(ByteStrings.ofPath(at)).sizeBytes();
    region.disk(here.ebs("db").id()).grow(1024);
    here.driver.tidy();
    assertThat(stowage.linux.Statfs.path(ByteStrings.ofPath(at)).sizeBytes())
        .isGreaterThan(before * 19 / 10);
    here.unmount("db", "one");
  }

  @Test
  void optionsThatMakeNoSenseAreRefusedBeforeAnythingIsMade() {
    for (var wrong :
        new String[] {
          "size=ten",
          "size=0x10",
          "fstype=btrfs",
          "snapshot=vol-0123456789abcdef0",
          "volume=x",
          "encrypted=maybe",
          "iops=-1",
          "color=red",
          "from=x"
        }) {
      assertThatThrownBy(() -> here.create("db", wrong)).isInstanceOf(InvalidArgument.class);
    }
    var id = "vol-0123456789abcdef0";
    assertThatThrownBy(() -> here.create("db", "volume=" + id, "from=db2"))
        .isInstanceOf(InvalidArgument.class);
    assertThatThrownBy(() -> here.create("db", "volume=" + id, "size=3"))
        .isInstanceOf(InvalidArgument.class);
    assertThat(region.volumes).isEmpty();
    assertThat(here.machine.records().list(EbsRecord.KIND)).isEmpty();
  }
}
