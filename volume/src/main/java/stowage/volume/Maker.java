package stowage.volume;

import static java.lang.System.Logger.Level.INFO;

import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.Events;
import stowage.base.Ids;
import stowage.base.Resource;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.base.Time;

/** The beginning of a volume: its place, durable, and then its record. */
final class Maker {
  private static final System.Logger LOG = System.getLogger("stowage.volume");

  private final Catalog catalog;
  private final Map<String, VolumeDriver> drivers;
  private final Events events;
  private final Time time;

  Maker(Catalog catalog, Map<String, VolumeDriver> drivers, Events events, Time time) {
    this.catalog = catalog;
    this.drivers = Map.copyOf(drivers);
    this.events = events;
    this.time = time;
  }

  void checkDriver(String name, String driver) {
    if (!drivers.containsKey(driver)) {
      throw new NotFound(
          Resource.VOLUME_DRIVER,
          driver,
          "create %s: error looking up volume plugin %s: plugin \"%s\" not found"
              .formatted(name, driver, driver));
    }
  }

  VolumeRecord make(
      String name,
      String driverName,
      Map<String, String> options,
      Map<String, String> labels,
      boolean anonymous,
      String madeFor) {
    var driver = drivers.get(driverName);
    try {
      driver.checkOptions(options);
    } catch (InvalidArgument e) {
      throw new InvalidArgument("create %s: %s".formatted(name, e.getMessage()));
    }
    var all = new LinkedHashMap<>(labels);
    if (anonymous) {
      all.put(Volume.ANONYMOUS_LABEL, "");
    }
    var record =
        new VolumeRecord(
            name, Ids.random(), driverName, options, all, time.now(), anonymous, true, madeFor);
    driver.create(name, record.id(), options);
    catalog.commit(record.put());
    LOG.log(INFO, "volume.created name={0} driver={1}", name, driverName);
    events.tell("volume", "create", name, Map.of("driver", driverName));
    return record;
  }
}
