package stowage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import stowage.linux.Io;
import stowage.linux.Open;

/**
 * A filesystem of which pictures can be taken, each what a power cut at that moment would have left
 * on a disk.
 *
 * <p>A file of blocks lies on an XFS with reflinks, in memory, and is the disk of the filesystem
 * under test through a loop device with direct I/O. So what the kernel has not sent to the disk is
 * not in the file, and FICLONE copies the file at one moment between two requests.
 */
final class CrashDisk implements AutoCloseable {
  private final Path folder;
  private final String kind;
  private final Deque<String> undo = new ArrayDeque<>();
  private int pictures;

  private CrashDisk(Path folder, String kind) {
    this.folder = folder;
    this.kind = kind;
  }

  /** A fresh one, mounted; {@code kind} is ext4, xfs or btrfs. */
  static CrashDisk make(String kind) throws IOException {
    var folder = Files.createTempDirectory(Path.of("/dev/shm"), "stowage-crash-");
    var disk = new CrashDisk(folder, kind);
    try {
      disk.build();
    } catch (AssertionError e) {
      disk.close();
      throw e;
    }
    return disk;
  }

  private void build() {
    step("truncate -s 12G holder.img && mkfs.xfs -q -m reflink=1 holder.img && mkdir holder");
    undo.push("rm -rf --one-file-system " + folder);
    step("mount -o loop,discard holder.img holder && mkdir mnt clones");
    undo.push("umount holder || umount -l holder");
    step("truncate -s 1G holder/disk.img");
    var loop = step("losetup --direct-io=on --find --show holder/disk.img").line();
    undo.push("losetup -d " + loop);
    step(
        switch (kind) {
          case "ext4" -> "mkfs.ext4 -q -F ";
          case "xfs" -> "mkfs.xfs -q -f ";
          case "btrfs" -> "mkfs.btrfs -q -f ";
          default -> throw new AssertionError(kind);
        }
            + loop);
    step("mount " + loop + " mnt");
    undo.push("umount mnt || umount -l mnt");
  }

  private Shell.Result step(String line) {
    return Shell.sh("cd " + folder + " && " + line).ok();
  }

  /** Where it is mounted. */
  Path mounted() {
    return folder.resolve("mnt");
  }

  /** Takes a picture; some milliseconds. */
  Path picture() {
    var file = folder.resolve("holder/clone" + pictures++);
    try (var from = Open.open(folder.resolve("holder/disk.img").toString(), Open.O_RDONLY);
        var to = Open.open(file.toString(), Open.O_RDWR | Open.O_CREAT, 0600)) {
      Io.ficlone(from, to);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return file;
  }

  /** What a machine that starts again finds on a picture's disk. */
  final class After implements AutoCloseable {
    private final Path picture;
    private final Path at;

    private After(Path picture) {
      this.picture = picture;
      at = folder.resolve("clones/" + picture.getFileName());
      var options = kind.equals("xfs") ? "loop,nouuid" : "loop";
      step("mkdir " + at + " && mount -o " + options + " " + picture + " " + at);
    }

    Path mounted() {
      return at;
    }

    @Override
    public void close() {
      // Busy for a moment while another thread forks a process that has not yet become its own.
      step(
          "for n in $(seq 200); do umount " + at + " && break; sleep 0.05; done; rmdir " + at
              + " && rm " + picture);
    }
  }

  /** Mounts a picture, whose journal is replayed; closing it deletes it. */
  After after(Path picture) {
    return new After(picture);
  }

  @Override
  public void close() {
    while (!undo.isEmpty()) {
      Shell.sh("cd " + folder + " && " + undo.pop());
    }
  }
}
