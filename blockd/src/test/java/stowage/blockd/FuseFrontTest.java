package stowage.blockd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.linux.BlockSpecial;
import stowage.linux.Io;
import stowage.linux.Loop;
import stowage.linux.Open;
import stowage.store.DiskFull;

class FuseFrontTest {
  private static final long SIZE = 64 << 20;
  private static final long SEED = Long.getLong("seed", 11);

  @TempDir Path dir;
  private FileDevice device;
  private FuseFront front;
  private String loop = "";

  @BeforeEach
  void attach() throws IOException {
    device = new FileDevice(dir.resolve("content"), SIZE);
    front = FuseFront.make("vol-test", device, false);
    try (var attached = Loop.attachToStay(front.file(), false, true)) {
      loop = attached.path();
    }
  }

  @AfterEach
  void detach() throws IOException, InterruptedException {
    Loop.detach(loop);
    front.close();
    front.awaitEnd();
    device.close();
  }

  @Test
  void whatIsWrittenToTheLoopDeviceIsOnTheDevice() throws Exception {
    var random = new Random(SEED);
    var content = new byte[(int) SIZE];
    try (var special = Open.open(loop, Open.O_RDWR)) {
      for (int i = 0; i < 500; i++) {
        int sectors = 1 + random.nextInt(random.nextInt(10) == 0 ? 4096 : 16);
        int at = random.nextInt((int) SIZE / 512 - sectors) * 512;
        var bytes = new byte[sectors * 512];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, content, at, bytes.length);
        Io.pwriteFully(special, ByteBuffer.wrap(bytes), at);
      }
      Io.fsync(special);
      assertThat(device.flushes.get()).isPositive();
      BlockSpecial.flushBuffers(special);
      var read = ByteBuffer.allocate((int) SIZE);
      assertThat(Io.preadFully(special, read, 0)).isEqualTo((int) SIZE);
      assertThat(read.array()).as("seed " + SEED).isEqualTo(content);
    }
    assertThat(Files.readAllBytes(dir.resolve("content"))).as("seed " + SEED).isEqualTo(content);
  }

  @Test
  void aDiscardTrimsAndZeroesReadAsZeroes() throws Exception {
    try (var special = Open.open(loop, Open.O_RDWR)) {
      Io.pwriteFully(special, ByteBuffer.wrap("x".repeat(1 << 20).getBytes()), 0);
      Io.fsync(special);
    }
    Shell.run("blkdiscard", "-o", "4096", "-l", "65536", loop);
    assertThat(device.trimmed.get()).isEqualTo(65536);
    Shell.run("blkdiscard", "-z", "-o", "131072", "-l", "65536", loop);
    var bytes = Files.readAllBytes(dir.resolve("content"));
    for (int i = 0; i < 1 << 20; i++) {
      boolean zero = i >= 4096 && i < 4096 + 65536 || i >= 131072 && i < 131072 + 65536;
      assertThat(bytes[i]).as("byte %d", i).isEqualTo((byte) (zero ? 0 : 'x'));
    }
  }

  @Test
  void aFilesystemLivesOnIt() throws Exception {
    Shell.run("mkfs.ext4", "-q", loop);
    var mount = Files.createDirectory(dir.resolve("mount"));
    Shell.run("mount", "-o", "discard", loop, mount.toString());
    try {
      Shell.run("cp", "-a", "/usr/share/misc", mount.toString());
      Shell.run("sync", "-f", mount.toString());
      Shell.run("diff", "-r", "--no-dereference", "/usr/share/misc", mount + "/misc");
    } finally {
      Shell.run("umount", mount.toString());
    }
    Shell.run("fsck.ext4", "-fn", loop);
  }

  @Test
  void theDeviceGrowsWhileItIsUsed() throws Exception {
    try (var special = Open.open(loop, Open.O_RDWR)) {
      device.grow(2 * SIZE);
      front.takeSize();
      Loop.takeSize(special);
      assertThat(BlockSpecial.size(special)).isEqualTo(2 * SIZE);
      Io.pwriteFully(special, ByteBuffer.wrap(new byte[4096]), 2 * SIZE - 4096);
      Io.fsync(special);
    }
  }

  @Test
  void aFullDiskIsSaidSo() throws Exception {
    device.fail(new DiskFull("test", null));
    try (var special = Open.open(loop, Open.O_RDWR | Open.O_DIRECT)) {
      var buffer = ByteBuffer.allocateDirect(8192).alignedSlice(4096).limit(4096);
      assertThatThrownBy(() -> Io.pwriteFully(special, buffer, 0)).hasMessageContaining("ENOSPC");
    }
  }

  @Test
  void anAbortedFrontFailsEveryRequestAtOnce() throws Exception {
    front.abort();
    front.awaitEnd();
    try (var special = Open.open(loop, Open.O_RDWR | Open.O_DIRECT)) {
      var buffer = ByteBuffer.allocateDirect(8192).alignedSlice(4096).limit(4096);
      assertThatThrownBy(() -> Io.pread(special, buffer, 0)).hasMessageContaining("EIO");
    }
  }
}
