package stowage.container;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.Time;
import stowage.container.MountApplier.Subject;
import stowage.image.Images;
import stowage.image.RegistrySettings;
import stowage.layer.LayerStore;
import stowage.layer.Lease;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;
import stowage.store.Blobs;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.SqliteRecords;
import stowage.volume.LocalDriver;
import stowage.volume.Owner;
import stowage.volume.Volumes;

/** Everything mounts need, for real, in a folder of its own; nothing stays mounted behind it. */
final class House implements AutoCloseable {
  final Path root;
  final Path run;
  final List<String> events = new ArrayList<>();
  final LayerStore layers;
  final Images images;
  final Volumes volumes;
  final MountApplier mounts;
  private final SqliteRecords records;
  private final Lease lease;

  /** Another life of the agent in the same folder; the one before must be closed after it. */
  House(House before) throws IOException {
    this(before.root.getParent(), before.records);
  }

  House(Path folder) throws IOException {
    this(folder, null);
  }

  private House(Path folder, SqliteRecords others) throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    run = Files.createDirectories(folder.resolve("run"));
    var disk = new HostDisk(root);
    var publish = Publish.in(disk, "tmp");
    records = others == null ? SqliteRecords.open(root) : others;
    layers = new LayerStore(root, run, disk, publish, records, Time.SYSTEM);
    images =
        new Images(
            records,
            new Blobs(disk, publish),
            layers,
            (type, action, id, attributes) -> {},
            Time.SYSTEM,
            RegistrySettings.DEFAULT);
    volumes =
        new Volumes(
            records,
            Map.of("local", new LocalDriver(root, disk)),
            (type, action, id, attributes) -> {},
            Time.SYSTEM);
    volumes.recover();
    mounts =
        new MountApplier(
            root,
            run,
            layers,
            images,
            volumes,
            (type, action, id, attributes) -> events.add(type + " " + action + " " + id));
    lease = layers.lease();
  }

  /** What goes into a layer: a directory ends in a slash, a link has " -> ". */
  Digest layer(String... entries) throws IOException {
    var tar = new ByteArrayOutputStream();
    try (var writer = new TarWriter(tar)) {
      for (String entry : entries) {
        int arrow = entry.indexOf(" -> ");
        if (arrow >= 0) {
          writer.add(TarEntry.symlink(entry.substring(0, arrow), entry.substring(arrow + 4), 1));
        } else if (entry.endsWith("/")) {
          writer.add(TarEntry.directory(entry, 0755, 1));
        } else {
          byte[] text = entry.getBytes(StandardCharsets.UTF_8);
          writer.add(TarEntry.file(entry, 0644, text.length, 1), new ByteArrayInputStream(text));
        }
      }
    }
    return layer(tar.toByteArray());
  }

  Digest layer(byte[] tar) {
    return layers
        .add(new ByteArrayInputStream(tar), Optional.empty(), lease, Progress.NONE, "")
        .layer()
        .diffId();
  }

  Subject subject(String id, Owner user, Digest... chain) {
    return new Subject(layers.prepare(id, List.of(chain)), user);
  }

  static MountPlan plan(String... binds) {
    var request =
        new MountRequest(List.of(binds), List.of(), Map.of(), java.util.Set.of(), List.of(), "");
    return MountPlan.of(request, _ -> List.of());
  }

  /** Mount points below this house, besides those of layers, which stay for a while. */
  List<String> mountPoints() throws IOException {
    String prefix = ByteStrings.ofPath(run) + "/mounts";
    return MountTable.own().stream()
        .map(MountTable.Mount::mountPoint)
        .filter(at -> at.startsWith(ByteStrings.ofPath(root.getParent())))
        .filter(at -> !at.equals(prefix) && !at.startsWith(prefix + "/layers/"))
        .toList();
  }

  @Override
  public void close() throws IOException {
    lease.close();
    layers.close();
    records.close();
    String prefix = ByteStrings.ofPath(root.getParent()) + "/";
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(prefix)) {
        try {
          Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
        } catch (stowage.linux.ErrnoException e) {
          assert e.is(stowage.linux.Errno.EINVAL) || e.is(stowage.linux.Errno.ENOENT) : e;
        }
      }
    }
  }
}
