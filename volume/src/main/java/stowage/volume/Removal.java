package stowage.volume;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.util.Map;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.store.Records.Change;

/** The end of a volume that nobody holds: first for everybody who looks, then of its bytes. */
final class Removal {
  private static final System.Logger LOG = System.getLogger("stowage.volume");

  private final Catalog catalog;
  private final Events events;

  Removal(Catalog catalog, Events events) {
    this.catalog = catalog;
    this.events = events;
  }

  /** Removes a volume but for its bytes; all or nothing, durable when it returns. */
  void retire(VolumeRecord record) {
    var driver = catalog.driver(record);
    driver.unmount(catalog.volume(record));
    try {
      driver.retire(record.name(), record.id());
      catalog.commit(new Change.Delete(VolumeRecord.KIND, record.name()));
    } catch (StowageException e) {
      restore(driver, record, e);
      throw e;
    }
    LOG.log(INFO, "volume.removed name={0}", record.name());
    events.tell("volume", "destroy", record.name(), Map.of("driver", record.driver()));
  }

  private static void restore(VolumeDriver driver, VolumeRecord record, StowageException because) {
    try {
      driver.restore(record.name(), record.id());
    } catch (StowageException e) {
      because.addSuppressed(e); // the next start does it
    }
  }

  /** Its bytes, which may be many; nobody waits for them who wants the name again. */
  void destroy(VolumeRecord record) {
    try {
      catalog.driver(record).destroy(record.name(), record.id());
    } catch (StowageException e) {
      // It is removed for everybody; its space comes back at the next start.
      LOG.log(WARNING, "volume.space.kept name=" + record.name(), e);
    }
  }
}
