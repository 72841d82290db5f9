package stowage.volume;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stowage.base.Events;
import stowage.base.Ids;
import stowage.base.StowageException;
import stowage.base.StowageException.InUse;
import stowage.base.Time;
import stowage.linux.Fd;
import stowage.store.Records;

/**
 * All volumes of this host. Safe for many threads; what takes long for one volume never holds up
 * another.
 *
 * <p>Errors are worded as Docker words them.
 */
public final class Volumes {
  private static final System.Logger LOG = System.getLogger("stowage.volume");

  private final Catalog catalog;
  private final Maker maker;
  private final Removal removal;
  private final Map<String, VolumeDriver> drivers;
  private final Events events;
  private final Slots slots = new Slots();

  /**
   * The volumes of these records.
   *
   * @param drivers by name; "local" is among them
   */
  public Volumes(Records records, Map<String, VolumeDriver> drivers, Events events, Time time) {
    this.catalog = new Catalog(records, drivers);
    this.maker = new Maker(catalog, drivers, events, time);
    this.removal = new Removal(catalog, events);
    this.drivers = Map.copyOf(drivers);
    this.events = events;
  }

  /**
   * At start, before anything else: finishes or undoes what a crash left half done. Holds are told
   * by the containers afterwards.
   */
  public void recover() {
    var ids = new HashMap<String, Map<String, String>>();
    drivers.keySet().forEach(driver -> ids.put(driver, new LinkedHashMap<>()));
    for (var record : catalog.list()) {
      ids.computeIfAbsent(record.driver(), _ -> new LinkedHashMap<>())
          .put(record.name(), record.id());
    }
    drivers.forEach((name, driver) -> driver.recover(ids.get(name)));
  }

  /**
   * At start, when every container holds its own and those that run have said so: removes what the
   * creation of a container made that was never finished, and unmounts what nobody uses.
   */
  public void sweep() {
    for (var record : catalog.list()) {
      if (!record.madeFor().isEmpty() && holders(record.name()).isEmpty()) {
        LOG.log(INFO, "volume.unfinished name={0} container={1}", record.name(), record.madeFor());
        removeUnfinished(record.name());
      }
    }
    for (var volume : list(VolumeFilter.ALL)) {
      if (!volume.options().isEmpty() || !volume.driver().equals("local")) {
        slots.with(
            volume.name(),
            slot -> {
              if (slot.mounters.isEmpty() && drivers.containsKey(volume.driver())) {
                drivers.get(volume.driver()).unmount(volume);
              }
              return null;
            });
      }
    }
  }

  private void removeUnfinished(String name) {
    try {
      remove(name, true);
    } catch (StowageException e) {
      LOG.log(WARNING, "volume.unfinished.kept name=" + name, e);
    }
  }

  /**
   * Makes a volume, durable when it returns. One of that name with the same driver is answered as
   * it is, whatever options and labels are asked for.
   *
   * @param name empty: an anonymous volume with a random name
   * @param driver empty: whichever one of that name has, local for a new one
   */
  public Volume create(
      String name, String driver, Map<String, String> options, Map<String, String> labels) {
    return createHeld(name, driver, options, labels, "").volume();
  }

  /** A volume, and whether it was made just now. */
  public record Made(Volume volume, boolean isNew) {}

  /** The same, and {@code holder} holds it before anybody could remove it. */
  public Made createHeld(
      String name,
      String driver,
      Map<String, String> options,
      Map<String, String> labels,
      String holder) {
    String actual = name.isEmpty() ? Ids.random() : name;
    VolumeNames.check(actual);
    String driverName = driver.isEmpty() ? "local" : driver;
    maker.checkDriver(actual, driverName);
    return slots.with(
        actual,
        slot -> {
          var found = catalog.find(actual);
          if (found.isPresent()
              && !driver.isEmpty()
              && !found.get().driver().equals(driverName)) {
            throw new StowageException.AlreadyExists(
                "create %s: a volume of that name exists with the driver %s"
                    .formatted(actual, found.get().driver()));
          }
          var record =
              found.isPresent()
                  ? found.get()
                  : maker.make(actual, driverName, options, labels, name.isEmpty(), holder);
          if (!holder.isEmpty()) {
            slot.holders.add(holder);
          } else {
            keep(record); // somebody asks for it by itself
          }
          return new Made(catalog.volume(record), found.isEmpty());
        });
  }

  private void keep(VolumeRecord record) {
    if (!record.madeFor().isEmpty()) {
      catalog.commit(record.kept().put());
    }
  }

  public Optional<Volume> find(String name) {
    return catalog.find(name).map(catalog::volume);
  }

  /** The volume, or NotFound "get x: no such volume". */
  public Volume require(String name) {
    return catalog.volume(catalog.require(name));
  }

  /** Those that match, by name. */
  public List<Volume> list(VolumeFilter filter) {
    var volumes = new ArrayList<Volume>();
    for (var record : catalog.list()) {
      var volume = catalog.volume(record);
      if (filter.test(volume, !holders(volume.name()).isEmpty())) {
        volumes.add(volume);
      }
    }
    return volumes;
  }

  /**
   * Removes a volume for good.
   *
   * @param force whether one that is not there is fine
   * @throws StowageException.InUse if a container holds it, even a stopped one, even when forced
   */
  public void remove(String name, boolean force) {
    slots
        .with(
            name,
            slot -> {
              var record = catalog.find(name);
              if (force && record.isEmpty()) {
                return record;
              }
              catalog.require(name);
              if (!slot.holders.isEmpty()) {
                throw new InUse(
                    "remove %s: volume is in use - [%s]"
                        .formatted(name, String.join(", ", slot.holders)));
              }
              removal.retire(record.get());
              return record;
            })
        .ifPresent(removal::destroy);
  }

  /**
   * Removes what nobody holds and the filter means. Volumes with options or of another driver than
   * local stay, as with Docker: their data may well be elsewhere and not the agent's to remove.
   *
   * @param all whether named volumes too, or anonymous ones only
   */
  public Pruned prune(VolumeFilter filter, boolean all) {
    var names = new ArrayList<String>();
    long bytes = 0;
    for (var volume : list(filter)) {
      if (!volume.options().isEmpty()
          || !volume.driver().equals("local")
          || !all && !volume.labels().containsKey(Volume.ANONYMOUS_LABEL)) {
        continue;
      }
      var size = new long[1];
      var removed =
          slots.with(
              volume.name(),
              slot -> {
                var record = catalog.find(volume.name());
                if (!slot.holders.isEmpty() || record.isEmpty()) {
                  return Optional.<VolumeRecord>empty();
                }
                size[0] = catalog.driver(record.get()).usageBytes(volume);
                removal.retire(record.get());
                return record;
              });
      if (removed.isPresent()) {
        removal.destroy(removed.get());
        names.add(volume.name());
        bytes += size[0];
      }
    }
    events.tell("volume", "prune", "", Map.of("reclaimed", Long.toString(bytes)));
    return new Pruned(names, bytes);
  }

  /** What a prune did. */
  public record Pruned(List<String> names, long bytes) {
    public Pruned {
      names = List.copyOf(names);
    }
  }

  /** Keeps a volume from being removed, while container {@code holder} exists. */
  public void hold(String name, String holder) {
    slots.with(
        name,
        slot -> {
          catalog.require(name);
          return slot.holders.add(holder);
        });
  }

  /** Undoes {@link #hold}, and leaves the volume as it is; not held is fine. */
  public void release(String name, String holder) {
    slots.with(
        name,
        slot -> {
          catalog.find(name).ifPresent(this::keep);
          return slot.holders.remove(holder);
        });
  }

  /** Undoes {@link #hold}, and removes the volume unless somebody else holds it. */
  public void releaseAndRemove(String name, String holder) {
    slots
        .with(
            name,
            slot -> {
              slot.holders.remove(holder);
              var record =
                  slot.holders.isEmpty() ? catalog.find(name) : Optional.<VolumeRecord>empty();
              record.ifPresent(removal::retire);
              return record;
            })
        .ifPresent(removal::destroy);
  }

  /** Who holds a volume. */
  public Set<String> holders(String name) {
    return slots.holders(name);
  }

  /**
   * Gives a fresh volume its first content and its owner; once, and only while it is empty and no
   * container has had it mounted.
   *
   * @param source the image's directory where the volume is mounted, opened for reading; empty if
   *     the image has none there
   * @param user who owns the volume when the image does not say
   * @return whether it was fresh
   */
  public boolean initialise(String name, Optional<Fd> source, Owner user) {
    return slots.with(
        name,
        _ -> {
          var record = catalog.require(name);
          if (!record.fresh()) {
            return false;
          }
          var driver = catalog.driver(record);
          if (source.isPresent()) {
            driver.fill(catalog.volume(record), source.get());
          } else {
            driver.own(catalog.volume(record), user);
          }
          catalog.commit(record.used().put());
          return true;
        });
  }

  /** Whether {@link #initialise} would do something. */
  public boolean isFresh(String name) {
    return catalog.find(name).map(VolumeRecord::fresh).orElse(false);
  }

  /** Makes a volume's content visible for a running container: its host path. */
  public String mount(String name, String holder) {
    return slots.with(
        name,
        slot -> {
          var record = catalog.require(name);
          var volume = catalog.volume(record);
          catalog.driver(record).mount(volume);
          slot.mounters.add(holder);
          if (record.fresh() || !record.madeFor().isEmpty()) {
            catalog.commit(record.used().kept().put());
          }
          return volume.mountpoint();
        });
  }

  /** At the agent's start: container {@code holder} has it mounted from an earlier life. */
  public void adopt(String name, String holder) {
    slots.with(name, slot -> slot.mounters.add(holder));
  }

  /** Undoes {@link #mount}; not mounted by that holder is fine. */
  public void unmount(String name, String holder) {
    slots.with(
        name,
        slot -> {
          if (slot.mounters.remove(holder) && slot.mounters.isEmpty()) {
            catalog
                .find(name)
                .ifPresent(found -> catalog.driver(found).unmount(catalog.volume(found)));
          }
          return null;
        });
  }

  /** Bytes a volume takes on the disk; a file with several names counts once. */
  public long usageBytes(String name) {
    var record = catalog.require(name);
    return catalog.driver(record).usageBytes(catalog.volume(record));
  }
}
