package stowage.layer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.Progress;
import stowage.base.Time;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.SqliteRecords;

/** A layer store on a data root of its own; closing it leaves no mount behind. */
final class Fixture implements AutoCloseable {
  final Path root;
  final Path run;
  final HostDisk disk;
  final SqliteRecords records;
  final LayerStore layers;
  final Lease lease;

  Fixture(Path dir) throws Exception {
    this(dir, LayerStore.Showing.EROFS);
  }

  Fixture(Path dir, LayerStore.Showing showing) throws Exception {
    root = Files.createDirectories(dir.resolve("root"));
    run = Files.createDirectories(dir.resolve("run"));
    disk = new HostDisk(root);
    records = SqliteRecords.open(root);
    var publish = Publish.in(disk, "tmp");
    layers = new LayerStore(root, run, disk, publish, records, Time.SYSTEM, showing);
    lease = layers.lease();
  }

  Imported add(byte[] blob) {
    return layers.add(
        new ByteArrayInputStream(blob), Optional.empty(), lease, Progress.NONE, "");
  }

  Imported add(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return layers.add(in, Optional.empty(), lease, Progress.NONE, "");
    }
  }

  static String sh(String command) throws Exception {
    var process =
        new ProcessBuilder("bash", "-ec", command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": " + output);
    }
    return output;
  }

  /** How many mounts there are below the run folder that somebody uses. */
  long mountCount() throws Exception {
    layers.takeIdleAway();
    var prefix = ByteStrings.ofPath(run.resolve("mounts")) + "/";
    return MountTable.own().stream().filter(m -> m.mountPoint().startsWith(prefix)).count();
  }

  @Override
  public void close() throws IOException {
    layers.close();
    records.close();
    var prefix = ByteStrings.ofPath(run);
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(prefix)) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
  }
}
