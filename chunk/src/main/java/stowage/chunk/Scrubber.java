package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import stowage.base.StowageException;
import stowage.store.Disk;

/** One scrub: roots first, then packs in the order of their names. For one thread. */
final class Scrubber {
  private final Draft.Parts parts;
  private final Disk disk;
  private final ByteBuffer object =
      ByteBuffer.allocateDirect(Entry.HEADER_BYTES + Entry.STORED_MAX);
  private final List<ScrubReport.Damage> damages = new ArrayList<>();
  private final long startNanos;
  private long files;
  private long bytes;

  Scrubber(Draft.Parts parts, Disk disk) {
    this.parts = parts;
    this.disk = disk;
    startNanos = parts.time().nanos();
  }

  ScrubReport run(Scrub scrub) {
    if (scrub.from().isEmpty()) {
      parts.snapshots().list().forEach(this::root);
    }
    parts.packs().refresh();
    var packs = new ArrayList<>(parts.packs().all());
    packs.sort(Comparator.comparing(Pack::name));
    for (Pack pack : packs) {
      if (scrub.from().isPresent() && pack.name().compareTo(scrub.from().get()) < 0) {
        continue;
      }
      if (bytes >= scrub.bytesMax()) {
        return new ScrubReport(files, bytes, damages, Optional.of(pack.name()));
      }
      pack(pack, scrub.bytesPerSecond());
    }
    return new ScrubReport(files, bytes, damages, Optional.empty());
  }

  private void root(String id) {
    String path = Roots.SNAPSHOTS + "/" + id;
    files++;
    try {
      var found = Roots.read(disk, path);
      if (found.isPresent() && !found.get().isWhole()) {
        damage(path, "one of its two copies is damaged", List.of(id));
      }
    } catch (StowageException.Corrupt e) {
      damage(path, e.getMessage(), List.of(id));
    }
  }

  private void damage(String path, String what, List<String> snapshots) {
    damages.add(new ScrubReport.Damage(path, what, snapshots, false));
  }

  private void pack(Pack pack, long bytesPerSecond) {
    files++;
    if (pack.salvaged() != null) {
      damage(Packs.path(pack), "its index is damaged", List.of());
    }
    try {
      for (Entry entry : parts.packs().open(pack, pack::entries)) {
        if (!isGood(pack, entry)) {
          parts.packs().suspect(new Packs.Place(pack, entry));
          String what = "%s %s at %d".formatted(entry.kind(), entry.name(), entry.offset());
          damage(Packs.path(pack), what, holders(entry.name()));
        }
        bytes += Entry.HEADER_BYTES + entry.stored();
        pace(bytesPerSecond);
      }
    } catch (NoSuchFileException swept) {
      return;
    } catch (IOException e) {
      damage(Packs.path(pack), "cannot be read: " + e.getMessage(), List.of());
    }
  }

  /** The CRCs; of what is neither compressed nor encrypted the name, too. */
  private boolean isGood(Pack pack, Entry entry) throws IOException {
    parts
        .packs()
        .open(
            pack,
            file -> {
              Pack.readObject(file, entry, object);
              return null;
            });
    if (!Pack.isGood(object, entry) || entry.coding() != 0) {
      return Pack.isGood(object, entry);
    }
    var sha256 = Codec.sha256();
    sha256.update(object.duplicate().position(Entry.HEADER_BYTES));
    return Name.of(sha256.digest()).equals(entry.name());
  }

  private List<String> holders(Name name) {
    var holders = new TreeMap<String, Boolean>();
    for (String id : parts.snapshots().list()) {
      try {
        var root = parts.snapshots().find(id);
        if (root.isPresent()) {
          Set<Name> names = Marks.of(parts, parts.snapshots(), root.get());
          holders.put(id, names.contains(name));
        }
      } catch (StowageException.Corrupt lost) {
        // With a leaf lost nobody can tell what it names: it is damaged in any case.
        holders.put(id, true);
      }
    }
    return holders.keySet().stream().filter(holders::get).toList();
  }

  private void pace(long bytesPerSecond) {
    if (bytesPerSecond > 0) {
      long due = (long) (bytes * 1e9 / bytesPerSecond);
      long spent = parts.time().nanos() - startNanos;
      if (due > spent) {
        LockSupport.parkNanos(due - spent);
      }
    }
  }
}
