package stowage.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import stowage.base.Event;
import stowage.base.Events;
import stowage.base.Progress;
import stowage.base.Time;
import stowage.layer.LayerStore;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.store.Blobs;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.SqliteRecords;

/** A data root with images in it, on the real disk; may be closed and opened again. */
final class Host implements AutoCloseable {
  final Path root;
  final SqliteRecords records;
  final Blobs blobs;
  final LayerStore layers;
  final Images images;
  final List<Event> events = new CopyOnWriteArrayList<>();
  final Told told = new Told();

  /** What was told, as lines. */
  static final class Told implements LoadSink, PushSink {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void loaded(String line) {
      lines.add(line);
    }

    @Override
    public void tell(String id, String status, long current, long total) {
      lines.add(id.isEmpty() ? status : id + ": " + status);
    }

    @Override
    public void pushed(String tag, stowage.base.Digest digest, long sizeBytes) {
      lines.add("pushed " + tag);
    }
  }

  Host(Path folder) {
    this(folder, RegistrySettings.DEFAULT);
  }

  Host(Path folder, RegistrySettings settings) {
    root = folder.resolve("root");
    var run = folder.resolve("run");
    try {
      Files.createDirectories(root);
      Files.createDirectories(run);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var disk = new HostDisk(root);
    var publish = Publish.in(disk, "tmp");
    records = SqliteRecords.open(root);
    blobs = new Blobs(disk, publish);
    layers = new LayerStore(root, run, disk, publish, records, Time.SYSTEM);
    Events tell =
        (type, action, id, attributes) ->
            events.add(new Event(type, action, id, attributes, Time.SYSTEM.now()));
    images =
        new Images(records, blobs, layers, tell, Time.SYSTEM, settings, RegistryTest.QUICK);
    images.recover();
    layers.sweep();
  }

  List<String> load(byte[] archive) {
    var sink = new Told();
    images.load(new ByteArrayInputStream(archive), sink);
    return sink.lines.stream().filter(line -> line.startsWith("Loaded")).toList();
  }

  Image pull(String reference) {
    return images.pull(reference, java.util.Optional.empty(), RegistryAuth.NONE, told);
  }

  byte[] save(String... names) {
    var out = new ByteArrayOutputStream();
    images.save(List.of(names), out);
    return out.toByteArray();
  }

  List<String> remove(String name) {
    return images.remove(name, false, true, UsedBy.NOBODY).stream().map(Host::line).toList();
  }

  static String line(Removal removal) {
    return switch (removal) {
      case Removal.Untagged untagged -> "Untagged: " + untagged.name();
      case Removal.Deleted deleted -> "Deleted: " + deleted.name();
    };
  }

  /** Files under layers/, blobs/ and tmp/: what an operation left on the disk. */
  List<String> files() {
    var files = new ArrayList<String>();
    for (var folder : List.of("layers", "blobs", "tmp")) {
      var path = root.resolve(folder);
      if (!Files.exists(path)) {
        continue;
      }
      try (var walk = Files.walk(path)) {
        walk.filter(Files::isRegularFile).forEach(f -> files.add(root.relativize(f).toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files.stream().sorted().toList();
  }

  boolean isEmpty() {
    return images.list().isEmpty()
        && layers.list().isEmpty()
        && records.list(Catalog.KIND).isEmpty()
        && files().isEmpty();
  }

  List<String> eventLines() {
    return events.stream()
        .map(e -> e.action() + " " + e.id() + " " + e.attributes().getOrDefault("name", ""))
        .toList();
  }

  static Map<String, List<String>> filter(String name, String... values) {
    return Map.of(name, List.of(values));
  }

  static Progress quiet() {
    return Progress.NONE;
  }

  @Override
  public void close() {
    layers.close();
    records.close();
    var run = root.resolveSibling("run").toString();
    try {
      for (var mount : MountTable.own().reversed()) {
        if (mount.mountPoint().startsWith(run)) {
          Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
