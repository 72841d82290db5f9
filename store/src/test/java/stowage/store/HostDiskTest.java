package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.linux.Directory;
import stowage.linux.Fd;
import stowage.linux.Mounts;
import stowage.linux.Open;

class HostDiskTest extends DiskContract {
  @TempDir Path root;

  @Override
  protected Disk disk() {
    return new HostDisk(root);
  }

  @Test
  void aHostileTreeIsRemovedAndNothingElse() throws IOException {
    var disk = disk();
    disk.makeDirectory("d");
    disk.makeDirectory("outside");
    write(disk, "outside/canary", random(10));
    try (Fd d = Open.open(ByteStrings.ofPath(root.resolve("d")), Open.O_DIRECTORY)) {
      Directory.symlinkat("../outside", d, "link");
      Directory.symlinkat("/", d, "root");
      Directory.mknodat(d, "fifo", 010600, 0, 0);
      Directory.mkdirat(d, "deep.1", 0700);
      Directory.mkdirat(d, "\u00ff\n", 0);
    }
    makeDeep("d", 300);
    assertThat(disk.removeTree("d")).isTrue();
    assertThat(disk.list("")).containsExactly("outside");
    assertThat(read(disk, "outside/canary")).isEqualTo(random(10));
  }

  /** Deeper than any path can say. */
  private void makeDeep(String top, int levels) throws IOException {
    String name = "n".repeat(200);
    Fd at = Open.open(ByteStrings.ofPath(root.resolve(top)), Open.O_DIRECTORY);
    for (int level = 0; level < levels; level++) {
      Directory.mkdirat(at, name, 0700);
      Fd next = Open.openat(at, name, Open.O_DIRECTORY);
      at.close();
      at = next;
    }
    at.close();
  }

  @Test
  void whatIsMountedInATreeIsNotRemoved() throws IOException {
    var disk = disk();
    disk.makeDirectory("d/e/mount");
    disk.makeDirectory("outside");
    write(disk, "outside/canary", random(10));
    String mount = ByteStrings.ofPath(root.resolve("d/e/mount"));
    Mounts.mount(ByteStrings.ofPath(root.resolve("outside")), mount, "none", Mounts.MS_BIND, "");
    try {
      assertThatThrownBy(() -> disk.removeTree("d")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> disk.removeTree("d/e/mount")).isInstanceOf(IOException.class);
      assertThat(read(disk, "outside/canary")).isEqualTo(random(10));
    } finally {
      Mounts.umount2(mount, 0);
    }
    assertThat(disk.removeTree("d")).isTrue();
  }

  @Test
  void aBigTreeIsSynced() throws IOException {
    var disk = disk();
    disk.makeDirectory("d/e");
    for (int i = 0; i < 200; i++) {
      write(disk, "d/e/" + i, random(i));
      disk.syncTree("d");
    }
    Files.createSymbolicLink(root.resolve("d/link"), Path.of("/nowhere"));
    disk.syncTree("d");
  }

  @Test
  void aFullDiskIsToldApart() throws IOException {
    Path small = Files.createDirectory(root.resolve("small"));
    String path = ByteStrings.ofPath(small);
    Mounts.mount("none", path, "tmpfs", 0, "size=1m");
    try {
      var disk = new HostDisk(small);
      try (var file = disk.create("a")) {
        assertThatThrownBy(() -> file.write(ByteBuffer.allocateDirect(2 << 20)))
            .isInstanceOf(DiskFull.class);
      }
      assertThat(disk.remove("a")).isTrue();
    } finally {
      Mounts.umount2(path, 0);
    }
  }
}
