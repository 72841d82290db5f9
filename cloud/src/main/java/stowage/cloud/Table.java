package stowage.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.store.Records;

/**
 * The records of one kind. What has something left to be done is also named by a record of kind
 * {@link #UNSETTLED}, so that settling looks at those alone.
 */
final class Table<T> {
  static final String UNSETTLED = "unsettled";
  static final Table<EbsVolume> VOLUMES =
      new Table<>("volume", VolumeJson::write, VolumeJson::read, EbsVolume::id, Table::busy);
  static final Table<EbsSnapshot> SNAPSHOTS =
      new Table<>(
          "snapshot",
          SnapshotJson::write,
          SnapshotJson::read,
          EbsSnapshot::id,
          snapshot ->
              snapshot.state() instanceof SnapshotState.Pending
                  || snapshot.state() instanceof SnapshotState.Deleting);
  static final Table<Instance> INSTANCES =
      new Table<>(
          "instance",
          InstanceJson::write,
          InstanceJson::read,
          Instance::id,
          instance ->
              instance.state() instanceof Instance.State.ShuttingDown
                  || instance.state() instanceof Instance.State.Terminated);

  private final String kind;
  private final Function<T, Map<String, Object>> write;
  private final Reader<T> read;
  private final Function<T, String> id;
  private final Predicate<T> unsettled;

  /** Reads a record's JSON. */
  @FunctionalInterface
  interface Reader<T> {
    T read(String id, JsonObject json);
  }

  private Table(
      String kind,
      Function<T, Map<String, Object>> write,
      Reader<T> read,
      Function<T, String> id,
      Predicate<T> unsettled) {
    this.kind = kind;
    this.write = write;
    this.read = read;
    this.id = id;
    this.unsettled = unsettled;
  }

  private static boolean busy(EbsVolume volume) {
    return switch (volume.state()) {
      case EbsVolumeState.Creating _, EbsVolumeState.Deleting _ -> true;
      case EbsVolumeState.Available _, EbsVolumeState.Failed _ -> false;
      case EbsVolumeState.InUse use ->
          use.attachments().stream()
              .anyMatch(
                  at ->
                      at.phase() instanceof Attachment.Phase.Attaching
                          || at.phase() instanceof Attachment.Phase.Detaching);
    };
  }

  static StowageException strange(String id, String field, String value) {
    return new StowageException.Corrupt(
        "the record of %s has %s '%s', which this program does not know"
            .formatted(id, field, value),
        null);
  }

  String kind() {
    return kind;
  }

  T read(String name, JsonObject json) {
    return read.read(name, json);
  }

  Optional<T> find(Records records, String name) {
    return records.find(kind, name).map(json -> read(name, json));
  }

  Optional<T> find(Records.Transaction records, String name) {
    return records.find(kind, name).map(json -> read(name, json));
  }

  T put(Records.Transaction records, T item) {
    String name = id.apply(item);
    records.put(kind, name, write.apply(item));
    if (unsettled.test(item)) {
      records.put(UNSETTLED, name, Map.of());
    } else {
      records.delete(UNSETTLED, name);
    }
    return item;
  }

  void delete(Records.Transaction records, String name) {
    records.delete(kind, name);
    records.delete(UNSETTLED, name);
  }
}
