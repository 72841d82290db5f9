package stowage.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import stowage.base.StowageException;
import stowage.block.Attach;
import stowage.block.Attached;
import stowage.block.VolumeSpec;
import stowage.store.Records;

/** Has zones do what volumes' records say is to be done, and writes that it is done. */
final class VolumeSettler {
  /** Ids of volumes that are deleted: what a zone still has of them is removed. */
  static final String GONE = "gone";

  private final Domain domain;

  VolumeSettler(Domain domain) {
    this.domain = domain;
  }

  /** The volume as it is by now; empty: it is gone. What a zone cannot do now stays. */
  Optional<EbsVolume> settle(EbsVolume volume) {
    if (domain.records().find(Table.UNSETTLED, volume.id()).isEmpty()) {
      return Optional.of(volume);
    }
    Domain.attempt(volume.id(), () -> act(volume));
    return Table.VOLUMES.find(domain.records(), volume.id());
  }

  private void act(EbsVolume volume) {
    switch (volume.state()) {
      case EbsVolumeState.Creating _ -> create(volume);
      case EbsVolumeState.Deleting _ -> delete(volume);
      case EbsVolumeState.InUse use -> {
        for (var at : use.attachments()) {
          switch (at.phase()) {
            case Attachment.Phase.Attaching _ -> attach(volume, at);
            case Attachment.Phase.Detaching out -> detach(volume, at, out.force());
            case Attachment.Phase.Attached _, Attachment.Phase.Busy _ -> {}
          }
        }
      }
      case EbsVolumeState.Available _, EbsVolumeState.Failed _ -> {}
    }
  }

  /** Makes it. What is refused is an error for good; a zone that is down is asked again. */
  void create(EbsVolume volume) {
    EbsVolumeState next;
    try {
      domain.zone(volume.zone()).create(spec(volume));
      next = new EbsVolumeState.Available();
    } catch (StowageException.Unavailable down) {
      throw down;
    } catch (StowageException refused) {
      next = new EbsVolumeState.Failed(refused.getMessage());
    }
    var outcome = next;
    change(
        volume.id(), now -> now.state() instanceof EbsVolumeState.Creating ? now.in(outcome) : now);
  }

  private static VolumeSpec spec(EbsVolume volume) {
    var origin = volume.origin();
    Optional<VolumeSpec.Origin> from =
        origin
            .sourceVolumeId()
            .<VolumeSpec.Origin>map(VolumeSpec.Origin.OfVolume::new)
            .or(() -> origin.snapshotId().map(VolumeSpec.Origin.OfSnapshot::new));
    return new VolumeSpec(
        volume.id(),
        volume.config().sizeBytes(),
        from,
        volume.keyId(),
        volume.config().limits(),
        origin.initializationRate() << 20);
  }

  void delete(EbsVolume volume) {
    domain.zone(volume.zone()).delete(volume.id());
    domain
        .records()
        .transact(
            records -> {
              Table.VOLUMES.delete(records, volume.id());
              records.put(
                  GONE, volume.id(), Map.of("at", domain.now().toString(), "zone", volume.zone()));
              return null;
            });
  }

  /** Attaches it; what the zone refuses is undone and thrown. */
  void attach(EbsVolume volume, Attachment at) {
    var host =
        Table.INSTANCES
            .find(domain.records(), at.instanceId())
            .flatMap(Instance::host)
            .orElse(new Instance.Host("", "", "none"));
    String link = host.links().isEmpty() ? "" : host.links() + "/" + volume.id();
    Attached made;
    try {
      made =
          domain
              .zone(volume.zone())
              .attach(
                  new Attach(
                      volume.id(),
                      at.instanceId(),
                      at.epoch(),
                      false,
                      volume.config().multiAttach(),
                      link,
                      host.path()));
    } catch (StowageException.Unavailable down) {
      throw down;
    } catch (StowageException refused) {
      var out = phase(volume.id(), at, new Attachment.Phase.Detaching(true));
      out.ifPresent(now -> Domain.attempt(volume.id(), () -> detach(now, at, true)));
      throw refused;
    }
    change(
        volume.id(),
        now ->
            now.attachment(at.instanceId())
                    .filter(it -> it.epoch() == at.epoch())
                    .filter(it -> it.phase() instanceof Attachment.Phase.Attaching)
                    .isPresent()
                ? replace(now, at, new Attachment.Phase.Attached(made.device(), made.uri()))
                : now);
  }

  /** Detaches it; a refusal since the device is held is written, and thrown. */
  void detach(EbsVolume volume, Attachment at, boolean force) {
    var zone = domain.zone(volume.zone());
    try {
      zone.detach(volume.id(), at.instanceId(), at.epoch(), force);
    } catch (StowageException.InUse held) {
      var there =
          zone.facts(volume.id()).attachments().stream()
              .filter(it -> it.instanceId().equals(at.instanceId()) && it.epoch() == at.epoch())
              .findFirst();
      change(
          volume.id(),
          now ->
              now.attachment(at.instanceId())
                      .filter(it -> it.epoch() == at.epoch())
                      .filter(it -> it.phase().equals(new Attachment.Phase.Detaching(false)))
                      .isPresent()
                  ? replace(
                      now,
                      at,
                      new Attachment.Phase.Busy(
                          there.map(Attached::device).orElse(""),
                          there.map(Attached::uri).orElse(""),
                          held.getMessage()))
                  : now);
      throw held;
    } catch (StowageException.NotFound gone) {
      // the zone has no such volume: nothing is attached there
    }
    domain.records().transact(records -> ended(records, volume.id(), at));
  }

  private Optional<EbsVolume> ended(Records.Transaction records, String id, Attachment at) {
    var found = Table.VOLUMES.find(records, id);
    if (found.isEmpty()
        || found.get().attachment(at.instanceId()).filter(a -> a.epoch() == at.epoch()).isEmpty()) {
      return found;
    }
    var left =
        found.get().attachments().stream()
            .filter(a -> !a.instanceId().equals(at.instanceId()))
            .toList();
    boolean ends = false;
    var instance = Table.INSTANCES.find(records, at.instanceId());
    if (instance.isPresent()) {
      var devices = new TreeMap<>(instance.get().devices());
      devices.values().remove(id);
      Table.INSTANCES.put(records, instance.get().with(devices));
      ends = instance.get().state() instanceof Instance.State.ShuttingDown;
    }
    boolean dies = ends && left.isEmpty() && deleted(found.get(), at);
    return Optional.of(
        Table.VOLUMES.put(
            records,
            dies ? found.get().in(new EbsVolumeState.Deleting()) : found.get().with(left)));
  }

  private static boolean deleted(EbsVolume volume, Attachment at) {
    return volume.attachment(at.instanceId()).map(Attachment::deleteOnTermination).orElse(false);
  }

  /** Sets the phase of an attachment, if it is still there. */
  Optional<EbsVolume> phase(String volumeId, Attachment at, Attachment.Phase next) {
    return change(
        volumeId,
        now ->
            now.attachment(at.instanceId()).filter(a -> a.epoch() == at.epoch()).isPresent()
                ? replace(now, at, next)
                : now);
  }

  static EbsVolume replace(EbsVolume volume, Attachment at, Attachment.Phase next) {
    return volume.with(
        volume.attachments().stream()
            .map(
                it ->
                    it.instanceId().equals(at.instanceId()) && it.epoch() == at.epoch()
                        ? it.in(next)
                        : it)
            .toList());
  }

  private Optional<EbsVolume> change(String id, UnaryOperator<EbsVolume> change) {
    return domain
        .records()
        .transact(
            records ->
                Table.VOLUMES
                    .find(records, id)
                    .map(now -> Table.VOLUMES.put(records, change.apply(now))));
  }
}
