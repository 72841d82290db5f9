package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import stowage.base.Json;
import stowage.base.Resource;
import stowage.base.StowageException.NotFound;
import stowage.store.Publish;

/**
 * The snapshots taken in a pool: one file for all that were taken at one instant, so that a crash
 * leaves all of them or none. Guarded by the pool's lock, but for {@link #progress}.
 */
final class PoolSnapshots {
  private final Publish publish;
  private final String folder;

  /** By the number of the file, which is its name. */
  private final Map<Long, List<SnapshotRecord>> sets = new java.util.TreeMap<>();

  private long next = 1;
  private SnapshotRecord copying;
  private volatile String progressOf = "";
  private volatile int percent;
  private volatile boolean unwanted;

  PoolSnapshots(RandomDisk disk, Publish publish, String folder) throws IOException {
    this.publish = publish;
    this.folder = folder;
    for (String file : disk.list(folder)) {
      long number = Long.parseLong(file.substring(0, file.indexOf('.')));
      var json = Json.object(bytes(disk, folder + "/" + file), file);
      sets.put(number, json.objects("snapshots").stream().map(SnapshotRecord::parse).toList());
      next = Math.max(next, number + 1);
    }
  }

  static byte[] bytes(RandomDisk disk, String name) throws IOException {
    try (var file = disk.open(name)) {
      var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {}
      return bytes.array();
    }
  }

  /** All that name layers: those that are kept, and one that is copied though it was forgotten. */
  List<SnapshotRecord> all() {
    return Stream.concat(sets.values().stream().flatMap(List::stream), Stream.ofNullable(copying))
        .toList();
  }

  Optional<SnapshotRecord> find(String id) {
    return sets.values().stream().flatMap(List::stream).filter(s -> s.id().equals(id)).findFirst();
  }

  SnapshotFacts facts(String id) {
    SnapshotRecord found = find(id).orElseThrow(() -> new NotFound(Resource.SNAPSHOT, id));
    return found.isPending() && progressOf.equals(id)
        ? new SnapshotFacts.Pending(percent)
        : found.facts();
  }

  void add(List<SnapshotRecord> records) {
    write(next++, records);
  }

  private void write(long number, List<SnapshotRecord> records) {
    String name = folder + "/" + number + ".json";
    if (records.isEmpty()) {
      publish.discard(name);
      sets.remove(number);
      return;
    }
    var map = new LinkedHashMap<String, Object>();
    map.put("format", 1);
    map.put("snapshots", records.stream().map(SnapshotRecord::json).toList());
    try (var staged = publish.file()) {
      staged.write(ByteBuffer.wrap(Json.bytes(map)));
      staged.replace(name);
    }
    sets.put(number, List.copyOf(records));
  }

  /** Notes how one ended; nothing if it was forgotten meanwhile. */
  Optional<SnapshotRecord> end(String id, SnapshotFacts as) {
    change(id, Optional.of(as));
    return find(id);
  }

  void remove(String id) {
    if (copies(id)) {
      unwanted = true;
    }
    change(id, Optional.empty());
  }

  private void change(String id, Optional<SnapshotFacts> to) {
    for (var set : List.copyOf(sets.entrySet())) {
      var records = new ArrayList<SnapshotRecord>();
      for (SnapshotRecord each : set.getValue()) {
        if (!each.id().equals(id)) {
          records.add(each);
        } else if (to.isPresent()) {
          records.add(each.ended(to.get()));
        }
      }
      if (!records.equals(set.getValue())) {
        write(set.getKey(), records);
      }
    }
  }

  boolean copies(String id) {
    return copying != null && copying.id().equals(id);
  }

  /** The oldest that is pending, which counts as being copied from now on. */
  Optional<SnapshotRecord> next() {
    assert copying == null;
    var found =
        sets.values().stream().flatMap(List::stream).filter(SnapshotRecord::isPending).findFirst();
    copying = found.orElse(null);
    unwanted = false;
    return found;
  }

  /** Nothing is copied any more. */
  void copied() {
    copying = null;
    progressOf = "";
  }

  /** Notes how far the copy is; false if it is not wanted any more. */
  boolean progress(String id, int percent) {
    this.percent = percent;
    progressOf = id;
    return !unwanted;
  }
}
