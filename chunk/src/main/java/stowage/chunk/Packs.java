package stowage.chunk;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import stowage.store.Disk;

/**
 * The sealed packs of a store: those this process knows, brought up to date when another process
 * says that some came or went. Any thread.
 */
final class Packs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("stowage.chunk");

  private final Disk disk;
  private final Peers peers;
  private final OpenFiles files;
  private final Catalog catalog = new Catalog();

  /** Objects that were found damaged: they are not there for whoever would store them again. */
  private final Set<Place> suspects = ConcurrentHashMap.newKeySet();

  private long seen = -1; // the count of packs that came or went; guarded by this

  /** An object and the pack it is in. */
  record Place(Pack pack, Entry entry) {}

  Packs(Disk disk, Peers peers) {
    this.disk = disk;
    this.peers = peers;
    files = new OpenFiles(disk);
  }

  static String path(Pack pack) {
    return Pack.FOLDER + "/" + pack.name();
  }

  /** Looks at the folder again, if packs came or went since the last time. */
  void refresh() {
    long now = peers.count(Peers.Counter.PACKS);
    synchronized (this) {
      if (now != seen) {
        rescan();
        seen = now;
      }
    }
  }

  synchronized void rescan() {
    try {
      Set<String> there = new HashSet<>(disk.list(Pack.FOLDER));
      for (String name : there) {
        if (!catalog.has(name)) {
          load(name);
        }
      }
      for (Pack pack : catalog.packs()) {
        if (!there.contains(pack.name())) {
          forget(pack);
        }
      }
    } catch (IOException e) {
      throw Disk.failure("read the chunk store's packs", e);
    }
  }

  private void load(String name) throws IOException {
    String path = Pack.FOLDER + "/" + name;
    try (var file = disk.open(path)) {
      var pack = Pack.open(name, file);
      catalog.add(pack, pack.entries(file));
    } catch (NoSuchFileException gone) {
      return; // swept since it was listed
    } catch (IOException e) {
      // Its snapshots are damaged, others are not: they must stay readable.
      catalog.add(Pack.unreadable(name), List.of());
      LOG.log(Level.ERROR, "pack.unreadable name={0} error={1}", name, e.getMessage());
    }
  }

  private void forget(Pack pack) throws IOException {
    catalog.remove(pack.name());
    suspects.removeIf(place -> place.pack.equals(pack));
    files.drop(path(pack));
  }

  /** Makes known what this process has sealed. */
  void add(Pack pack, List<Entry> sorted) {
    catalog.add(pack, sorted);
  }

  List<Pack> all() {
    return catalog.packs();
  }

  /** Where an object is that is not known to be damaged, as far as this process knows. */
  Optional<Place> find(Name name) {
    for (var line : catalog.candidates(name)) {
      var place = verify(line, name);
      if (place != null && !suspects.contains(place)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  /** Whether nothing of that name can be there; false says little. */
  boolean cannotHave(Name name) {
    return catalog.candidates(name).isEmpty();
  }

  /** Whether there is one of that name at most; false says little. */
  boolean cannotHaveTwo(Name name) {
    return catalog.candidates(name).size() < 2;
  }

  /** Remembers that an object is damaged. */
  void suspect(Place place) {
    suspects.add(place);
  }

  /** All places of an object, damaged ones too. */
  List<Place> places(Name name) {
    return catalog.candidates(name).stream()
        .map(line -> verify(line, name))
        .filter(Objects::nonNull)
        .toList();
  }

  private Place verify(Catalog.Line line, Name name) {
    try {
      var entry = files.read(path(line.pack()), file -> line.pack().entry(file, line.number()));
      return entry != null && entry.name().equals(name) ? new Place(line.pack(), entry) : null;
    } catch (NoSuchFileException gone) {
      return null;
    } catch (IOException e) {
      throw Disk.failure("read pack " + line.pack().name(), e);
    }
  }

  /** Reads something of an object and says whether it is good. */
  interface Reader {
    boolean read(Place place, ByteBuffer object) throws IOException;
  }

  /**
   * Reads an object from wherever it is good.
   *
   * @return empty if that was done; else what is wrong, for people
   */
  Optional<String> read(Name name, ByteBuffer object, Reader reader) {
    refresh();
    for (int tries = 0; ; tries++) {
      var wrong = tryRead(name, object, reader);
      // It may have moved to another pack meanwhile. Who is alone sees no move that is half done.
      if (wrong.isEmpty() || !peers.alone(this::isNewToUs) && tries > 0) {
        return wrong;
      }
    }
  }

  private synchronized boolean isNewToUs() {
    long now = peers.count(Peers.Counter.PACKS);
    boolean isNew = now != seen;
    rescan();
    seen = now;
    return isNew;
  }

  private Optional<String> tryRead(Name name, ByteBuffer object, Reader reader) {
    String wrong = "it is not there";
    for (var line : catalog.candidates(name)) {
      var place = verify(line, name);
      if (place == null) {
        continue;
      }
      try {
        files.read(
            path(place.pack),
            file -> {
              Pack.readObject(file, place.entry, object);
              return null;
            });
        if (reader.read(place, object)) {
          return Optional.empty();
        }
        wrong = "not what was stored: " + where(place);
      } catch (NoSuchFileException gone) {
        continue;
      } catch (IOException e) {
        wrong = "cannot be read: " + where(place) + ": " + e.getMessage();
      }
      suspects.add(place);
    }
    return Optional.of(wrong);
  }

  private static String where(Place place) {
    return "pack %s at %d".formatted(place.pack.name(), place.entry.offset());
  }

  <T> T open(Pack pack, OpenFiles.Use<T> use) throws IOException {
    return files.read(path(pack), use);
  }

  @Override
  public void close() {
    files.close();
  }
}
