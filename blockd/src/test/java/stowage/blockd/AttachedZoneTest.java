package stowage.blockd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.InUse;
import stowage.base.Time;
import stowage.block.Attach;
import stowage.block.Attached;
import stowage.block.Limits;
import stowage.block.Pool;
import stowage.block.VolumeSpec;
import stowage.chunk.ChunkStore;

/** Volumes of a real pool as block devices of this host, with filesystems on them. */
class AttachedZoneTest {
  private static final String VOL = "vol-0123456789abcdef0";
  private static final String HERE = "i-00000000000000001";
  private static final String THERE = "i-00000000000000002";
  private static final long MIB = 1 << 20;

  @TempDir Path folder;
  private ChunkStore chunks;
  private Pool pool;
  private AttachedZone zone;
  private Path mountpoint;

  @BeforeEach
  void open() throws Exception {
    chunks = ChunkStore.open(folder.resolve("chunks"), Time.SYSTEM);
    pool = Pool.open(folder.resolve("zone"), chunks, Time.SYSTEM);
    zone = new AttachedZone(pool);
    mountpoint = Files.createDirectory(folder.resolve("mnt"));
    zone.create(new VolumeSpec(VOL, 64 * MIB, Optional.empty(), Optional.empty(), Limits.NONE, 0));
  }

  @AfterEach
  void close() throws Exception {
    sh("umount -l " + mountpoint + " 2> /dev/null || true");
    for (var attached : zone.facts(VOL).attachments()) {
      zone.detach(VOL, attached.instanceId(), attached.epoch(), true);
    }
    pool.close();
    chunks.close();
  }

  private Attached attach(String instance, long epoch) {
    var link = folder.resolve("dev/" + VOL).toString();
    return zone.attach(new Attach(VOL, instance, epoch, false, false, link, "auto"));
  }

  private static String sh(String line) throws Exception {
    var process = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s%n%s", line, out).isZero();
    return out.strip();
  }

  @Test
  void aFilesystemLivesOnItAndIsThereAtTheNextAttachment() throws Exception {
    var device = attach(HERE, 1).device();
    assertThat(attach(HERE, 1).device()).isEqualTo(device);
    assertThat(Files.readSymbolicLink(folder.resolve("dev/" + VOL)).toString()).isEqualTo(device);
    sh("mkfs.ext4 -q " + device + " && mount " + device + " " + mountpoint);
    sh("echo kept > " + mountpoint + "/file && sync");
    assertThatThrownBy(() -> zone.detach(VOL, HERE, 1, false))
        .isInstanceOf(InUse.class)
        .hasMessageContaining(VOL)
        .hasMessageContaining(mountpoint.toString());
    sh("umount " + mountpoint);
    zone.detach(VOL, HERE, 1, false);
    zone.detach(VOL, HERE, 1, false);
    assertThat(zone.facts(VOL).attachments()).isEmpty();
    assertThat(folder.resolve("dev/" + VOL)).doesNotExist();
    sh("mount " + attach(THERE, 2).device() + " " + mountpoint);
    assertThat(sh("cat " + mountpoint + "/file")).isEqualTo("kept");
    sh("umount " + mountpoint);
  }

  @Test
  void theDeviceGrowsWhileItIsInUse() throws Exception {
    var device = attach(HERE, 1).device();
    assertThat(sh("blockdev --getsize64 " + device)).isEqualTo(String.valueOf(64 * MIB));
    zone.resize(VOL, 96 * MIB);
    assertThat(sh("blockdev --getsize64 " + device)).isEqualTo(String.valueOf(96 * MIB));
  }

  @Test
  void aForcedDetachCutsTheDeviceAndTheNextHostHasTheVolumeAtOnce() throws Exception {
    var old = attach(HERE, 1).device();
    sh("dd if=/dev/urandom of=" + old + " bs=1M count=8 oflag=direct status=none");
    var before = sh("sha256sum < " + old);
    try (var held = Files.newByteChannel(Path.of(old))) { // somebody does not let go
      zone.detach(VOL, HERE, 1, true);
      assertThat(held.isOpen()).isTrue();
      var fresh = attach(THERE, 2).device();
      assertThat(sh("sha256sum < " + fresh)).isEqualTo(before);
      sh("! dd if=/dev/zero of=" + old + " bs=4k count=1 oflag=direct conv=notrunc 2> /dev/null");
      assertThat(sh("sha256sum < " + fresh)).isEqualTo(before);
    }
  }
}
