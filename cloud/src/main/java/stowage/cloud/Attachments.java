package stowage.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import stowage.base.StowageException;
import stowage.store.Records;

/** Volumes meet instances, and part from them. */
final class Attachments {
  private static final int PER_INSTANCE = 128; // as many device names as there may be
  private static final int PER_VOLUME = 16;
  private static final Pattern DEVICE = Pattern.compile("/dev/(sd[a-z]|xvd[a-z]|xvd[a-d][a-z])");

  private final Domain domain;
  private final VolumeSettler settler;

  Attachments(Domain domain, VolumeSettler settler) {
    this.domain = domain;
    this.settler = settler;
  }

  /** What a verb planned, to be done by the zone. */
  private record Planned(EbsVolume volume, Attachment at) {}

  Attachment attach(AttachVolume request) {
    Kind.VOLUME.require("volumeId", request.volumeId());
    Kind.INSTANCE.require("instanceId", request.instanceId());
    if (!DEVICE.matcher(request.device()).matches()) {
      throw new InvalidPlace.DeviceName(request.device()).broken();
    }
    var planned = domain.records().transact(records -> planAttach(records, request));
    try {
      settler.attach(planned.volume, planned.at);
    } catch (StowageException.Unavailable down) {
      return planned.at; // the next look, or settle, asks the zone again
    }
    return planned.at;
  }

  private Planned planAttach(Records.Transaction records, AttachVolume request) {
    var volume = EbsVolumes.required(records, request.volumeId());
    var instance =
        Table.INSTANCES
            .find(records, request.instanceId())
            .orElseThrow(() -> new NoSuch.Machine(request.instanceId()).broken());
    if (!volume.zone().equals(instance.zone())) {
      throw new InvalidPlace.ZoneMismatch(
              volume.id(), volume.zone(), instance.id(), instance.zone())
          .broken();
    }
    checkState(volume, instance);
    String taken = instance.devices().get(request.device());
    if (taken != null) {
      throw new Held.DeviceTaken(request.device(), instance.id(), taken).broken();
    }
    if (instance.devices().size() >= PER_INSTANCE) {
      throw new TooMuch.Attachments(instance.id(), PER_INSTANCE).broken();
    }
    Domain.dryRun(request.dryRun());
    long epoch = volume.epoch() + 1;
    var at =
        new Attachment(
            volume.id(),
            instance.id(),
            request.device(),
            epoch,
            domain.now(),
            false,
            new Attachment.Phase.Attaching());
    var all = new ArrayList<>(volume.attachments());
    all.add(at);
    var devices = new TreeMap<>(instance.devices());
    devices.put(request.device(), volume.id());
    Table.INSTANCES.put(records, instance.with(devices));
    return new Planned(Table.VOLUMES.put(records, volume.at(epoch).with(all)), at);
  }

  private static void checkState(EbsVolume volume, Instance instance) {
    switch (instance.state()) {
      case Instance.State.Running _, Instance.State.Stopped _ -> {}
      case Instance.State.ShuttingDown _, Instance.State.Terminated _ ->
          throw new NotNow.InstanceState(instance.id(), instance.state().word(), "running")
              .broken();
    }
    switch (volume.state()) {
      case EbsVolumeState.Available _ -> {}
      case EbsVolumeState.InUse use -> {
        var first = volume.attachment(instance.id()).orElse(use.attachments().getFirst());
        if (!volume.config().multiAttach() || first.instanceId().equals(instance.id())) {
          throw new Held.AlreadyAttached(volume.id(), first.instanceId(), first.device()).broken();
        }
        if (use.attachments().size() >= PER_VOLUME) {
          throw new TooMuch.Instances(volume.id(), PER_VOLUME).broken();
        }
      }
      case EbsVolumeState.Creating _, EbsVolumeState.Deleting _, EbsVolumeState.Failed _ ->
          throw new NotNow.VolumeState(volume.id(), volume.state().word(), "available").broken();
    }
  }

  Attachment detach(DetachVolume request) {
    Kind.VOLUME.require("volumeId", request.volumeId());
    request.instanceId().ifPresent(id -> Kind.INSTANCE.require("instanceId", id));
    var planned = domain.records().transact(records -> planDetach(records, request));
    boolean force = planned.at.phase().equals(new Attachment.Phase.Detaching(true));
    try {
      settler.detach(planned.volume, planned.at, force);
    } catch (StowageException.InUse held) {
      throw new Held.DeviceBusy(request.volumeId(), planned.at.instanceId(), held.getMessage())
          .broken();
    } catch (StowageException.Unavailable down) {
      return planned.at; // the next look, or settle, asks the zone again
    }
    return planned.at;
  }

  private static Planned planDetach(Records.Transaction records, DetachVolume request) {
    var volume = EbsVolumes.required(records, request.volumeId());
    var at = meant(volume, request);
    Domain.dryRun(request.dryRun());
    boolean force = request.force() || at.phase().equals(new Attachment.Phase.Detaching(true));
    var out = new Attachment.Phase.Detaching(force);
    var next = Table.VOLUMES.put(records, VolumeSettler.replace(volume, at, out));
    return new Planned(next, at.in(out));
  }

  private static Attachment meant(EbsVolume volume, DetachVolume request) {
    List<Attachment> all = volume.attachments();
    if (all.isEmpty()) {
      throw new NotNow.NotAttached(volume.id(), volume.state().word()).broken();
    }
    if (request.instanceId().isEmpty() && all.size() > 1) {
      throw new Invalid.Missing("instanceId").broken();
    }
    Optional<Attachment> found =
        request.instanceId().map(volume::attachment).orElse(Optional.of(all.getFirst()));
    return found
        .filter(at -> request.device().map(at.device()::equals).orElse(true))
        .orElseThrow(
            () ->
                new NoSuch.SuchAttachment(volume.id(), request.instanceId(), request.device())
                    .broken());
  }
}
