package stowage.volume;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.Map;
import stowage.store.Disk;

/**
 * Where local volumes lie on the disk, and the protocols by which they come, get their first
 * content and go. What a crash leaves of any of them is told apart by names alone.
 *
 * <pre>
 *   volumes/NAME/_data       the content
 *   volumes/NAME/_init       its first content, being copied
 *   volumes/.trash/ID        a volume being removed, by the id in its record
 * </pre>
 *
 * <pre>
 *   create:      NAME/_data made, synced          then the record
 *   initialise:  _init filled, synced; _data (empty) removed; _init renamed to _data; synced
 *   remove:      NAME renamed to .trash/ID, synced; then the record deleted; then .trash/ID
 * </pre>
 *
 * <p>A directory without a record is what a create left, and empty: only then it is removed. Should
 * the records be lost, no data is.
 */
final class Places {
  private static final System.Logger LOG = System.getLogger("stowage.volume");
  private static final String VOLUMES = "volumes";
  private static final String TRASH = VOLUMES + "/.trash";

  private final Disk disk;
  private final Fresh fresh;

  /** Told about a {@code _data} that was just made, to give it mode and owner. */
  interface Fresh {
    void made(String name) throws IOException;
  }

  Places(Disk disk, Fresh fresh) {
    this.disk = disk;
    this.fresh = fresh;
  }

  static String directory(String name) {
    return VOLUMES + "/" + name;
  }

  static String data(String name) {
    return directory(name) + "/_data";
  }

  static String init(String name) {
    return directory(name) + "/_init";
  }

  private static String trash(String id) {
    return TRASH + "/" + id;
  }

  /** Durable when it returns; there already is fine. */
  void create(String name) throws IOException {
    disk.makeDirectory(data(name));
    fresh.made(data(name));
    disk.syncDirectory(data(name));
    disk.syncDirectory(directory(name));
    disk.syncDirectory(VOLUMES);
  }

  /** Whether the volume has a directory, and nothing is in it. */
  boolean isEmpty(String name) throws IOException {
    return exists(data(name)) && disk.list(data(name)).isEmpty();
  }

  boolean exists(String path) throws IOException {
    return disk.size(path).isPresent();
  }

  /** An empty {@code _init}. */
  String stage(String name) throws IOException {
    disk.removeTree(init(name));
    disk.makeDirectory(init(name));
    return init(name);
  }

  /** Puts {@code _init} in the place of an empty {@code _data}; durable when it returns. */
  void publish(String name) throws IOException {
    disk.syncTree(init(name));
    // Its name too, before the name it replaces goes away.
    disk.syncDirectory(directory(name));
    disk.removeTree(data(name));
    disk.rename(init(name), data(name));
    disk.syncDirectory(directory(name));
  }


  /** Out of sight, durable when it returns; there no more is fine. */
  void retire(String name, String id) throws IOException {
    if (exists(directory(name))) {
      disk.rename(directory(name), trash(id));
      disk.syncDirectory(TRASH);
      disk.syncDirectory(VOLUMES);
    }
  }

  /** Back again. */
  void restore(String name, String id) throws IOException {
    if (exists(trash(id)) && !exists(directory(name))) {
      disk.rename(trash(id), directory(name));
      disk.syncDirectory(VOLUMES);
      disk.syncDirectory(TRASH);
    }
  }

  /** Frees what was retired. */
  void destroy(String id) throws IOException {
    disk.removeTree(trash(id));
  }

  /**
   * Finishes or undoes what a crash left half done.
   *
   * @param ids of the volumes that have records, by name
   */
  void recover(Map<String, String> ids) throws IOException {
    disk.makeDirectory(TRASH);
    disk.syncDirectory(VOLUMES);
    disk.syncDirectory("");
    for (var volume : ids.entrySet()) {
      restore(volume.getKey(), volume.getValue());
      finish(volume.getKey());
      if (!exists(data(volume.getKey()))) {
        LOG.log(WARNING, "volume.missing name={0}", volume.getKey());
      }
    }
    for (String name : disk.list(VOLUMES)) {
      if (!name.startsWith(".") && !ids.containsKey(name)) {
        orphan(name);
      }
    }
    for (String id : disk.list(TRASH)) {
      if (ids.containsValue(id)) {
        // Both the volume and a retired one of its id: nothing we ever do makes that.
        LOG.log(WARNING, "volume.doubled id={0}", id);
        continue;
      }
      LOG.log(DEBUG, "volume.removal.finished id={0}", id);
      disk.removeTree(trash(id));
    }
  }

  /** Drops what {@link #stage} made, or ends a {@link #publish} that was stopped half way. */
  void finish(String name) throws IOException {
    if (exists(init(name))) {
      if (exists(data(name))) {
        disk.removeTree(init(name));
      } else {
        disk.rename(init(name), data(name));
        disk.syncDirectory(directory(name));
      }
    }
  }

  private void orphan(String name) throws IOException {
    if (exists(data(name)) && !disk.list(data(name)).isEmpty() || exists(init(name))) {
      LOG.log(WARNING, "volume.unknown.kept name={0}", name);
      return;
    }
    disk.removeTree(directory(name));
    disk.syncDirectory(VOLUMES);
  }
}
