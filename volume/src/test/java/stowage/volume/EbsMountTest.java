package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stowage.base.StowageException;
import stowage.base.StowageException.WrongState;
import stowage.linux.MountTable;
import stowage.linux.Statfs;

/** Real filesystems on real devices. */
class EbsMountTest {
  private static final String VOLUME = "vol-0123456789abcdef0";
  private static final long MIB = 512;

  @TempDir Path folder;

  private final HostTools tools = new HostTools();
  private final EbsMount mounts = new EbsMount(tools);
  private LoopDisk disk;
  private Path target;

  @BeforeEach
  void attach() throws IOException {
    disk = LoopDisk.of(folder.resolve("disk"), MIB);
    target = Files.createDirectory(folder.resolve("target"));
  }

  @AfterEach
  void detach() throws IOException {
    unmount(target);
    disk.close();
    assertThat(MountTable.own()).noneMatch(m -> m.mountPoint().startsWith(folder.toString()));
  }

  private static void unmount(Path at) {
    if (EbsMount.at(at.toString()).isPresent()) {
      EbsMount.unmount(at.toString());
    }
  }

  private void mount(String type) {
    mounts.mount(VOLUME, disk.device(), type, target.toString());
  }

  private void isRefusedAndLeftAsItIs(String because) throws IOException {
    var head = disk.read(0, 8 << 20);
    var tail = disk.read((MIB - 8) << 20, 8 << 20);
    assertThatThrownBy(() -> mounts.look(VOLUME, disk.device()))
        .isInstanceOf(WrongState.class)
        .hasMessageContaining(VOLUME)
        .hasMessageContaining(because)
        .hasMessageContaining("left as it is");
    assertThat(disk.read(0, 8 << 20)).isEqualTo(head);
    assertThat(disk.read((MIB - 8) << 20, 8 << 20)).isEqualTo(tail);
    assertThat(tools.made).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void aBlankDeviceIsFormattedAndMountedWithoutDevicesAndRights(String type) throws IOException {
    assertThat(mounts.look(VOLUME, disk.device())).isEmpty();
    mounts.format(VOLUME, disk.device(), type, false);
    assertThat(mounts.look(VOLUME, disk.device())).hasValue(type);
    mount(type);
    EbsMount.dropLostAndFound(target.toString());
    assertThat(target).isEmptyDirectory();
    var mounted = EbsMount.at(target.toString()).orElseThrow();
    assertThat(mounted.options().split(",")).contains("nosuid", "nodev", "rw");
    assertThat(mounted.type()).isEqualTo(type);
    Files.writeString(target.resolve("f"), "x".repeat(1 << 20));
    assertThat(EbsMount.usedBytes(target.toString())).isGreaterThanOrEqualTo(1 << 20);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 512, 4095, (4 << 20) - 1, ((MIB - 4) << 20) + 1, (MIB << 20) - 1})
  void oneByteAtEitherEndIsContent(long offset) throws IOException {
    disk.write(offset, new byte[] {1});
    isRefusedAndLeftAsItIs("not blank");
  }

  @Test
  void noiseIsNotFormatted() throws IOException {
    var noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    disk.write(0, noise);
    isRefusedAndLeftAsItIs("not blank");
  }

  @Test
  void aDamagedFilesystemIsNotFormatted() throws IOException {
    HostTools.ok("mkfs.ext4", "-q", disk.device());
    disk.write(1024, new byte[1024]); // its superblock
    isRefusedAndLeftAsItIs("not blank");
    HostTools.ok("mkfs.xfs", "-q", "-f", disk.device());
    disk.write(0, new byte[4096]);
    isRefusedAndLeftAsItIs("not blank");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkfs.btrfs -q -f", "mkfs.ext2 -q -F", "mkswap"})
  void whatIsNotOnTheListIsNeverMounted(String make) throws IOException {
    HostTools.ok("sh", "-c", make + " " + disk.device());
    isRefusedAndLeftAsItIs("only ext4 and xfs are mounted");
  }

  @Test
  void aPartitionTableIsContent() throws IOException {
    var entry = new byte[] {0, 0, 2, 0, (byte) 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 8, 0};
    disk.write(446, entry);
    disk.write(510, new byte[] {0x55, (byte) 0xaa});
    isRefusedAndLeftAsItIs("partition table");
  }

  @Test
  void whatAnEarlierAttemptLeftHalfMadeIsMadeAgain() throws IOException {
    mounts.format(VOLUME, disk.device(), "ext4", false);
    disk.write(1024, new byte[1024]);
    mounts.format(VOLUME, disk.device(), "xfs", true);
    assertThat(mounts.look(VOLUME, disk.device())).hasValue("xfs");
  }

  @Test
  void aSuperblockThatAsksForAPanicDoesNotGetIt() {
    HostTools.ok("mkfs.ext4", "-q", disk.device());
    HostTools.ok("tune2fs", "-e", "panic", disk.device());
    mount("ext4");
    assertThat(EbsMount.at(target.toString()).orElseThrow().superOptions().split(","))
        .contains("errors=remount-ro");
  }

  @Test
  void aDeviceNodeAndASetUserIdFileOfTheVolumeAreWorthNothing() throws IOException {
    HostTools.ok("mkfs.ext4", "-q", disk.device());
    mount("ext4");
    HostTools.ok("mknod", target.resolve("null").toString(), "c", "1", "3");
    assertThatThrownBy(() -> HostTools.ok("cat", target.resolve("null").toString()))
        .hasMessageContaining("Permission denied");
    var id = target.resolve("id").toString();
    HostTools.ok("cp", "/usr/bin/id", id);
    HostTools.ok("chmod", "4755", id);
    HostTools.ok("chmod", "755", folder.toString());
    var command = new String[] {"setpriv", "--reuid=1000", "--clear-groups", id, "-u"};
    assertThat(HostTools.ok(command)).isEqualTo("1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void aFilesystemGrowsWithItsDevice(String type) throws IOException {
    mounts.format(VOLUME, disk.device(), type, false);
    mount(type);
    Files.writeString(target.resolve("f"), "kept");
    long before = Statfs.path(target.toString()).sizeBytes();
    assertThat(mounts.hasGrown(disk.device(), type)).isFalse();
    disk.grow(2 * MIB);
    assertThat(mounts.hasGrown(disk.device(), type)).isTrue();
    mounts.growUnused(VOLUME, disk.device(), type, target.toString());
    assertThat(Statfs.path(target.toString()).sizeBytes()).isGreaterThan(before * 19 / 10);
    assertThat(target.resolve("f")).hasContent("kept");
  }

  @Test
  void anXfsAndItsCopyAreMountedAtOnce() throws IOException {
    mounts.format(VOLUME, disk.device(), "xfs", false);
    mount("xfs");
    Files.writeString(target.resolve("f"), "one");
    HostTools.ok("sync", "-f", target.toString());
    var other = Files.createDirectory(folder.resolve("other"));
    Files.copy(disk.file, folder.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
    try (var copy = LoopDisk.of(folder.resolve("copy"), MIB)) {
      mounts.mount(VOLUME, copy.device(), "xfs", other.toString());
      assertThat(other.resolve("f")).hasContent("one");
      unmount(other);
    }
  }

  @Test
  void aFilesystemThatCannotBeMountedIsTold() {
    assertThatThrownBy(() -> mount("ext4"))
        .isInstanceOf(StowageException.Failed.class)
        .hasMessageContaining("cannot mount EBS volume " + VOLUME)
        .hasMessageContaining("left as it is");
  }
}
