package stowage.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.StowageException;
import stowage.block.SnapshotFacts;
import stowage.block.SnapshotSpec;
import stowage.store.Records;

/** Has zones take the snapshots that records name, and follows their way to the region. */
final class SnapshotSettler {
  /** Snapshots still to be taken, at one instant each; the id is the first one's. */
  static final String BARRIER = "barrier";

  private final Domain domain;

  SnapshotSettler(Domain domain) {
    this.domain = domain;
  }

  /** Writes that these are to be taken at one instant. */
  static void plan(Records.Transaction records, String zone, List<SnapshotSpec> specs) {
    records.put(
        BARRIER,
        specs.getFirst().snapshotId(),
        Map.of(
            "zone",
            zone,
            "snapshots",
            specs.stream().map(SnapshotSpec::snapshotId).toList(),
            "volumes",
            specs.stream().map(SnapshotSpec::volumeId).toList()));
  }

  /** Takes what is planned under that id; nothing planned is fine. */
  void take(String id) {
    var plan = domain.records().find(BARRIER, id);
    if (plan.isEmpty()) {
      return;
    }
    var snapshots = plan.get().strings("snapshots");
    var volumes = plan.get().strings("volumes");
    var specs = new ArrayList<SnapshotSpec>();
    for (int i = 0; i < snapshots.size(); i++) {
      specs.add(new SnapshotSpec(snapshots.get(i), volumes.get(i)));
    }
    Optional<String> refusal = Optional.empty();
    try {
      domain.zone(plan.get().required("zone")).snapshot(specs);
    } catch (StowageException.Unavailable down) {
      throw down;
    } catch (StowageException refused) {
      refusal = Optional.of(refused.getMessage());
    }
    var reason = refusal;
    domain
        .records()
        .transact(
            records -> {
              records.delete(BARRIER, id);
              reason.ifPresent(
                  text ->
                      snapshots.forEach(one -> end(records, one, new SnapshotState.Failed(text))));
              return null;
            });
  }

  /** All that is planned. */
  void takeAll() {
    domain.records().list(BARRIER).keySet().forEach(id -> Domain.attempt(id, () -> take(id)));
  }

  /** The snapshot as it is by now; empty: it is gone. What a zone cannot say now stays. */
  Optional<EbsSnapshot> settle(EbsSnapshot snapshot) {
    switch (snapshot.state()) {
      case SnapshotState.Completed _, SnapshotState.Failed _ -> {
        return Optional.of(snapshot);
      }
      case SnapshotState.Pending _ -> Domain.attempt(snapshot.id(), () -> follow(snapshot));
      case SnapshotState.Deleting _ -> Domain.attempt(snapshot.id(), () -> delete(snapshot));
    }
    return Table.SNAPSHOTS.find(domain.records(), snapshot.id());
  }

  private void follow(EbsSnapshot snapshot) {
    if (!(snapshot.origin() instanceof SnapshotOrigin.OfVolume of)) {
      return;
    }
    takeAll(snapshot.id());
    SnapshotState next;
    try {
      next =
          switch (domain.zone(of.zone()).snapshotFacts(snapshot.id())) {
            case SnapshotFacts.Pending pending -> new SnapshotState.Pending(pending.percent());
            case SnapshotFacts.Completed done ->
                new SnapshotState.Completed(domain.now(), done.storedBytes());
            case SnapshotFacts.Error error -> new SnapshotState.Failed(error.reason());
          };
    } catch (StowageException.NotFound unknown) {
      if (isPlanned(snapshot.id())) {
        return;
      }
      next = new SnapshotState.Failed("its zone does not know it");
    }
    var outcome = next;
    if (!outcome.equals(snapshot.state())) {
      domain.records().transact(records -> end(records, snapshot.id(), outcome));
    }
  }

  private void takeAll(String snapshotId) {
    domain.records().list(BARRIER).entrySet().stream()
        .filter(plan -> plan.getValue().strings("snapshots").contains(snapshotId))
        .forEach(plan -> take(plan.getKey()));
  }

  private boolean isPlanned(String snapshotId) {
    return domain.records().list(BARRIER).values().stream()
        .anyMatch(plan -> plan.strings("snapshots").contains(snapshotId));
  }

  /** Sets a pending snapshot's state; its volume hears of an end. */
  private static Optional<EbsSnapshot> end(
      Records.Transaction records, String id, SnapshotState next) {
    var found = Table.SNAPSHOTS.find(records, id);
    if (found.isEmpty() || !(found.get().state() instanceof SnapshotState.Pending)) {
      return found;
    }
    if (!(next instanceof SnapshotState.Pending)) {
      release(records, found.get());
    }
    return Optional.of(Table.SNAPSHOTS.put(records, found.get().in(next)));
  }

  /** It is no pending snapshot of its volume any more. */
  static void release(Records.Transaction records, EbsSnapshot snapshot) {
    Table.VOLUMES
        .find(records, snapshot.volumeId())
        .filter(volume -> volume.pendingSnapshots().contains(snapshot.id()))
        .ifPresent(
            volume -> {
              var left = new ArrayList<>(volume.pendingSnapshots());
              left.remove(snapshot.id());
              Table.VOLUMES.put(records, volume.pending(left));
            });
  }

  /** Removes it from its zone and from the region's chunks. */
  void delete(EbsSnapshot snapshot) {
    if (isPlanned(snapshot.id())) {
      takeAll(snapshot.id()); // with those that are to be taken together with it
    }
    if (snapshot.origin() instanceof SnapshotOrigin.OfVolume of) {
      domain.zone(of.zone()).forget(snapshot.id());
    }
    domain.chunks().delete(snapshot.id());
    domain
        .records()
        .transact(
            records -> {
              Table.SNAPSHOTS.delete(records, snapshot.id());
              return null;
            });
  }
}
