package stowage.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.NotFound;
import stowage.store.Records;
import stowage.store.Records.Change;

/** The records of volumes, and the drivers they name. */
final class Catalog {
  private final Records records;
  private final Map<String, VolumeDriver> drivers;

  Catalog(Records records, Map<String, VolumeDriver> drivers) {
    this.records = records;
    this.drivers = Map.copyOf(drivers);
  }

  Optional<VolumeRecord> find(String name) {
    return records.find(VolumeRecord.KIND, name).map(body -> VolumeRecord.read(name, body));
  }

  /** The record, or NotFound in Docker's words. */
  VolumeRecord require(String name) {
    return find(name)
        .orElseThrow(
            () -> new NotFound(Resource.VOLUME, name, "get %s: no such volume".formatted(name)));
  }

  /** All, by name. */
  List<VolumeRecord> list() {
    var list = new ArrayList<VolumeRecord>();
    records
        .list(VolumeRecord.KIND)
        .forEach((name, body) -> list.add(VolumeRecord.read(name, body)));
    return list;
  }

  void commit(Change change) {
    records.commit(change);
  }

  VolumeDriver driver(VolumeRecord record) {
    var driver = drivers.get(record.driver());
    if (driver == null) {
      throw new StowageException.Failed(
          "volume %s needs the driver %s, which this agent does not have"
              .formatted(record.name(), record.driver()),
          null);
    }
    return driver;
  }

  /** What is shown of it. */
  Volume volume(VolumeRecord record) {
    var driver = drivers.get(record.driver());
    return new Volume(
        record.name(),
        record.driver(),
        record.options(),
        record.labels(),
        record.created(),
        record.anonymous(),
        driver == null ? "" : driver.mountpoint(record.name()));
  }
}
