package stowage.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import stowage.block.SnapshotSpec;
import stowage.store.Records;

/** The EBS snapshots of a region. Any thread may call. */
public final class EbsSnapshots {
  private static final String ID = "snapshotId";
  private static final int DESCRIPTION_MAX = 255;

  private final Domain domain;
  private final SnapshotSettler settler;
  private final Search<EbsSnapshot> search;

  EbsSnapshots(Domain domain, SnapshotSettler settler) {
    this.domain = domain;
    this.settler = settler;
    this.search =
        new Search<>(
            Table.SNAPSHOTS,
            Kind.SNAPSHOT,
            Map.of(
                "description", s -> Stream.of(s.description()),
                "encrypted", s -> Stream.of(String.valueOf(s.encrypted())),
                "owner-id", _ -> Stream.of(domain.settings().account()),
                "progress", s -> Stream.of(s.state().percent() + "%"),
                "snapshot-id", s -> Stream.of(s.id()),
                "start-time", s -> Stream.of(s.started().toString()),
                "status", s -> Stream.of(s.state().word()),
                "storage-tier", _ -> Stream.of("standard"),
                "volume-id", s -> Stream.of(s.volumeId()),
                "volume-size", s -> Stream.of(String.valueOf(s.sizeGib()))),
            EbsSnapshot::tags);
  }

  /** Takes a snapshot; answered while it is pending. */
  public EbsSnapshot create(CreateSnapshot request) {
    Kind.VOLUME.require("volumeId", request.volumeId());
    check(request.description());
    String id = Kind.SNAPSHOT.fresh();
    TagRules.checked(id, request.tags());
    var planned =
        domain
            .records()
            .transact(
                records -> {
                  var snapshot =
                      plan(records, id, request.volumeId(), request.description(), request.tags());
                  Domain.dryRun(request.dryRun());
                  SnapshotSettler.plan(
                      records,
                      ((SnapshotOrigin.OfVolume) snapshot.origin()).zone(),
                      List.of(new SnapshotSpec(id, request.volumeId())));
                  return snapshot;
                });
    Domain.attempt(id, () -> settler.take(id));
    return planned;
  }

  private EbsSnapshot plan(
      Records.Transaction records,
      String id,
      String volumeId,
      String description,
      Map<String, String> tags) {
    var volume =
        Table.VOLUMES
            .find(records, volumeId)
            .orElseThrow(() -> new NoSuch.Volume(volumeId).broken());
    switch (volume.state()) {
      case EbsVolumeState.Available _, EbsVolumeState.InUse _ -> {}
      case EbsVolumeState.Creating _, EbsVolumeState.Deleting _, EbsVolumeState.Failed _ ->
          throw new NotNow.VolumeState(volumeId, volume.state().word(), "available").broken();
    }
    int max = volume.config().type().pendingSnapshotsMax();
    if (volume.pendingSnapshots().size() >= max) {
      throw new TooMuch.PendingSnapshots(volumeId, max).broken();
    }
    var pending = new ArrayList<>(volume.pendingSnapshots());
    pending.add(id);
    Table.VOLUMES.put(records, volume.pending(pending));
    return Table.SNAPSHOTS.put(
        records,
        new EbsSnapshot(
            id,
            new SnapshotOrigin.OfVolume(volumeId, volume.zone()),
            domain.now(),
            volume.config().sizeGib(),
            volume.keyId(),
            description,
            new SnapshotState.Pending(0),
            Set.of(),
            TagRules.checked(id, tags)));
  }

  private static void check(String description) {
    if (description.length() > DESCRIPTION_MAX) {
      throw new Invalid.Value("description", description, "at most 255 characters").broken();
    }
  }

  /** Takes snapshots of an instance's volumes at one instant. */
  public List<EbsSnapshot> createAll(CreateSnapshots request) {
    Kind.INSTANCE.require("instanceId", request.instanceId());
    check(request.description());
    var taken =
        domain
            .records()
            .transact(
                records -> {
                  var instance =
                      Table.INSTANCES
                          .find(records, request.instanceId())
                          .orElseThrow(() -> new NoSuch.Machine(request.instanceId()).broken());
                  var made = new ArrayList<EbsSnapshot>();
                  for (String volumeId : instance.devices().values()) {
                    if (request.exclude().contains(volumeId)) {
                      continue;
                    }
                    var tags = new HashMap<String, String>();
                    if (request.copyTags()) {
                      tags.putAll(Table.VOLUMES.find(records, volumeId).orElseThrow().tags());
                    }
                    tags.putAll(request.tags());
                    made.add(
                        plan(
                            records, Kind.SNAPSHOT.fresh(), volumeId, request.description(), tags));
                  }
                  Domain.dryRun(request.dryRun());
                  if (made.isEmpty()) {
                    throw new NotNow.InstanceState(
                            request.instanceId(), "without volumes", "with volumes")
                        .broken();
                  }
                  SnapshotSettler.plan(
                      records,
                      instance.zone(),
                      made.stream().map(s -> new SnapshotSpec(s.id(), s.volumeId())).toList());
                  return List.copyOf(made);
                });
    String first = taken.getFirst().id();
    Domain.attempt(first, () -> settler.take(first));
    return taken;
  }

  /** Copies a snapshot within the region. */
  public EbsSnapshot copy(CopySnapshot request) {
    throw Region.later("copies of snapshots are");
  }

  /** Removes a snapshot; volumes made from it stay whole. */
  public void delete(String snapshotId, boolean dryRun) {
    Kind.SNAPSHOT.require(ID, snapshotId);
    var gone =
        domain
            .records()
            .transact(
                records -> {
                  var snapshot =
                      Table.SNAPSHOTS
                          .find(records, snapshotId)
                          .filter(EbsSnapshots::isShown)
                          .orElseThrow(() -> new NoSuch.Snapshot(snapshotId).broken());
                  Domain.dryRun(dryRun);
                  unneeded(records, snapshotId);
                  SnapshotSettler.release(records, snapshot);
                  return Table.SNAPSHOTS.put(records, snapshot.in(new SnapshotState.Deleting()));
                });
    settler.settle(gone);
  }

  /** A volume that is not made yet needs it. */
  private static void unneeded(Records.Transaction records, String snapshotId) {
    for (String id : unsettledVolumes(records)) {
      Table.VOLUMES
          .find(records, id)
          .filter(v -> v.state() instanceof EbsVolumeState.Creating)
          .filter(v -> v.origin().snapshotId().equals(Optional.of(snapshotId)))
          .ifPresent(
              v -> {
                throw new Held.SnapshotNeeded(snapshotId, v.id()).broken();
              });
    }
  }

  private static List<String> unsettledVolumes(Records.Transaction records) {
    var ids = new ArrayList<String>();
    String after = "";
    while (true) {
      var page = records.page(Table.UNSETTLED, Kind.VOLUME.prefix(), after, 500);
      ids.addAll(page.keySet());
      if (page.size() < 500) {
        return ids;
      }
      after = page.lastKey();
    }
  }

  private static boolean isShown(EbsSnapshot snapshot) {
    return !(snapshot.state() instanceof SnapshotState.Deleting);
  }

  /** Those that match, by id. */
  public Page<EbsSnapshot> describe(SnapshotQuery query) {
    String self = domain.settings().account();
    boolean ours =
        query.owners().isEmpty()
            || query.owners().contains("self")
            || query.owners().contains(self);
    Predicate<EbsSnapshot> readable =
        s ->
            query.restorableBy().isEmpty()
                || query.restorableBy().contains("self")
                || query.restorableBy().contains(self)
                || query.restorableBy().stream().anyMatch(s.readers()::contains);
    return search.page(
        domain.records(),
        query.query(),
        settler::settle,
        s -> ours && isShown(s) && readable.test(s));
  }

  /** One snapshot as it is by now, or {@link NoSuch.Snapshot}. */
  public EbsSnapshot require(String snapshotId) {
    Kind.SNAPSHOT.require(ID, snapshotId);
    return Table.SNAPSHOTS
        .find(domain.records(), snapshotId)
        .flatMap(settler::settle)
        .filter(EbsSnapshots::isShown)
        .orElseThrow(() -> new NoSuch.Snapshot(snapshotId).broken());
  }

  /** Who may make volumes of it: account ids, and {@code all}. */
  public Set<String> readers(String snapshotId, boolean dryRun) {
    var snapshot = require(snapshotId);
    Domain.dryRun(dryRun);
    return snapshot.readers();
  }

  /** Changes who may make volumes of it. */
  public void readers(String snapshotId, Set<String> add, Set<String> remove, boolean dryRun) {
    throw Region.later("other readers of snapshots are");
  }

  /** Nobody else may make volumes of it. */
  public void resetReaders(String snapshotId, boolean dryRun) {
    throw Region.later("other readers of snapshots are");
  }
}
