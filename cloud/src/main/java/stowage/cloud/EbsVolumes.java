package stowage.cloud;

import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import stowage.store.Records;

/** The EBS volumes of a region, and what may be done with them. Any thread may call. */
public final class EbsVolumes {
  private static final String ID = "volumeId";
  private static final String CREATE = "CreateVolume";
  private static final String COPY = "CopyVolumes";
  private static final long RATE_MIN = 100;
  private static final long RATE_MAX = 300;

  private final Domain domain;
  private final VolumeSettler settler;
  private final Attachments attachments;

  EbsVolumes(Domain domain, VolumeSettler settler) {
    this.domain = domain;
    this.settler = settler;
    this.attachments = new Attachments(domain, settler);
  }

  /** Makes a volume; answered while it is creating, and available at the next look. */
  public EbsVolume create(CreateVolume request) {
    var zone = domain.zoneInfo(request.zone(), request.zoneId());
    request.snapshotId().ifPresent(id -> Kind.SNAPSHOT.require("snapshotId", id));
    checkRate(request.initializationRate(), request.snapshotId().isPresent());
    String id = Kind.VOLUME.fresh();
    TagRules.checked(id, request.tags());
    String parameters = request.tagged(new TreeMap<>(request.tags())).as(Call.PLAIN).toString();
    var made =
        domain
            .records()
            .transact(
                records -> {
                  var known =
                      request.call().dryRun()
                          ? List.<String>of()
                          : Tokens.made(records, CREATE, request.call(), parameters);
                  if (!known.isEmpty()) {
                    String before = known.getFirst();
                    return Table.VOLUMES
                        .find(records, before)
                        .orElseThrow(() -> Tokens.deleted(request.call(), before));
                  }
                  var planned = plan(records, id, zone.name(), request);
                  Domain.dryRun(request.call().dryRun());
                  Tokens.keep(records, CREATE, request.call(), parameters, List.of(id));
                  return Table.VOLUMES.put(records, planned);
                });
    settler.settle(made);
    return made;
  }

  private static void checkRate(OptionalLong rate, boolean fromSnapshot) {
    if (rate.isEmpty()) {
      return;
    }
    if (!fromSnapshot) {
      throw new Invalid.Needs("volumeInitializationRate", "snapshotId").broken();
    }
    long value = rate.getAsLong();
    if (value < RATE_MIN || value > RATE_MAX) {
      throw new Invalid.Value("volumeInitializationRate", String.valueOf(value), "100 to 300")
          .broken();
    }
  }

  private EbsVolume plan(
      Records.Transaction records, String id, String zone, CreateVolume request) {
    var snapshot = request.snapshotId().map(from -> usable(records, from));
    var config =
        ConfigRules.fresh(
            request.config(),
            snapshot.map(from -> new ConfigRules.Source(from.id(), from.sizeGib())));
    return new EbsVolume(
        id,
        zone,
        domain.now(),
        config,
        new VolumeOrigin(
            request.snapshotId(), Optional.empty(), request.initializationRate().orElse(0)),
        new Keys(domain)
            .choose(
                records,
                request.encryption(),
                request.snapshotId(),
                snapshot.flatMap(EbsSnapshot::keyId)),
        new EbsVolumeState.Creating(),
        0,
        VolumeIo.ON,
        List.of(),
        TagRules.checked(id, request.tags()));
  }

  private static EbsSnapshot usable(Records.Transaction records, String id) {
    var snapshot =
        Table.SNAPSHOTS.find(records, id).orElseThrow(() -> new NoSuch.Snapshot(id).broken());
    return switch (snapshot.state()) {
      case SnapshotState.Completed _ -> snapshot;
      case SnapshotState.Deleting _ -> throw new NoSuch.Snapshot(id).broken();
      case SnapshotState.Pending _, SnapshotState.Failed _ ->
          throw new NotNow.SnapshotState(id, snapshot.state().word(), "completed").broken();
    };
  }

  /** Makes a copy of a volume in its zone. */
  public List<EbsVolume> copy(CopyVolume request) {
    Kind.VOLUME.require("sourceVolumeId", request.sourceVolumeId());
    String id = Kind.VOLUME.fresh();
    var tags = TagRules.checked(id, request.tags());
    String parameters =
        request.sourceVolumeId() + " " + request.config() + " " + new TreeMap<>(request.tags());
    var made =
        domain
            .records()
            .transact(
                records -> {
                  var known =
                      request.call().dryRun()
                          ? List.<String>of()
                          : Tokens.made(records, COPY, request.call(), parameters);
                  if (!known.isEmpty()) {
                    String before = known.getFirst();
                    return Table.VOLUMES
                        .find(records, before)
                        .orElseThrow(() -> Tokens.deleted(request.call(), before));
                  }
                  var planned = copyOf(records, id, request, tags);
                  Domain.dryRun(request.call().dryRun());
                  Tokens.keep(records, COPY, request.call(), parameters, List.of(id));
                  return Table.VOLUMES.put(records, planned);
                });
    settler.settle(made);
    return List.of(made);
  }

  private EbsVolume copyOf(
      Records.Transaction records, String id, CopyVolume request, SortedMap<String, String> tags) {
    var source = required(records, request.sourceVolumeId());
    switch (source.state()) {
      case EbsVolumeState.Available _, EbsVolumeState.InUse _ -> {}
      case EbsVolumeState.Creating _, EbsVolumeState.Deleting _, EbsVolumeState.Failed _ ->
          throw new NotNow.VolumeState(source.id(), source.state().word(), "available").broken();
    }
    var config =
        ConfigRules.fresh(
            request.config(),
            Optional.of(new ConfigRules.Source(source.id(), source.config().sizeGib())));
    return new EbsVolume(
        id,
        source.zone(),
        domain.now(),
        config,
        new VolumeOrigin(Optional.empty(), Optional.of(source.id()), 0),
        new Keys(domain)
            .choose(records, Encryption.UNSAID, Optional.of(source.id()), source.keyId()),
        new EbsVolumeState.Creating(),
        0,
        VolumeIo.ON,
        List.of(),
        tags);
  }

  /** Removes a volume for good. */
  public void delete(String volumeId, boolean dryRun) {
    Kind.VOLUME.require(ID, volumeId);
    var gone =
        domain
            .records()
            .transact(
                records -> {
                  var volume = required(records, volumeId);
                  switch (volume.state()) {
                    case EbsVolumeState.Creating _ ->
                        throw new NotNow.VolumeState(volumeId, "creating", "available").broken();
                    case EbsVolumeState.InUse use ->
                        throw new Held.StillAttached(
                                volumeId,
                                use.attachments().stream().map(Attachment::instanceId).toList())
                            .broken();
                    case EbsVolumeState.Available _,
                        EbsVolumeState.Deleting _,
                        EbsVolumeState.Failed _ -> {}
                  }
                  Domain.dryRun(dryRun);
                  return Table.VOLUMES.put(records, volume.in(new EbsVolumeState.Deleting()));
                });
    settler.settle(gone);
  }

  static EbsVolume required(Records.Transaction records, String id) {
    return Table.VOLUMES.find(records, id).orElseThrow(() -> new NoSuch.Volume(id).broken());
  }

  /** Attaches a volume to an instance of its zone; answered while it is attaching. */
  public Attachment attach(AttachVolume request) {
    return attachments.attach(request);
  }

  /** Ends an attachment; answered while it is detaching. */
  public Attachment detach(DetachVolume request) {
    return attachments.detach(request);
  }

  /** Changes size, type or speed; answered while it is modifying. */
  public Modification modify(ModifyVolume request) {
    throw Region.later("modifications of volumes are");
  }

  /** Those that match, by id. */
  public Page<EbsVolume> describe(Query query) {
    return search().page(domain.records(), query, settler::settle, _ -> true);
  }

  private Search<EbsVolume> search() {
    var fields = new HashMap<String, Function<EbsVolume, Stream<String>>>();
    var zones = new HashMap<String, String>();
    domain.settings().zones().forEach(zone -> zones.put(zone.name(), zone.id()));
    fields.put(
        "attachment.attach-time",
        v -> v.attachments().stream().map(at -> at.attached().toString()));
    fields.put(
        "attachment.delete-on-termination",
        v -> v.attachments().stream().map(at -> String.valueOf(at.deleteOnTermination())));
    fields.put("attachment.device", v -> v.attachments().stream().map(Attachment::device));
    fields.put("attachment.instance-id", v -> v.attachments().stream().map(Attachment::instanceId));
    fields.put("attachment.status", v -> v.attachments().stream().map(at -> at.phase().word()));
    fields.put("availability-zone", v -> Stream.of(v.zone()));
    fields.put("availability-zone-id", v -> Stream.ofNullable(zones.get(v.zone())));
    fields.put("create-time", v -> Stream.of(v.created().toString()));
    fields.put("encrypted", v -> Stream.of(String.valueOf(v.encrypted())));
    fields.put("fast-restored", _ -> Stream.of("false"));
    fields.put("multi-attach-enabled", v -> Stream.of(String.valueOf(v.config().multiAttach())));
    fields.put("size", v -> Stream.of(String.valueOf(v.config().sizeGib())));
    fields.put("snapshot-id", v -> v.origin().snapshotId().stream());
    fields.put("status", v -> Stream.of(v.state().word()));
    fields.put("volume-id", v -> Stream.of(v.id()));
    fields.put("volume-type", v -> Stream.of(v.config().type().word()));
    return new Search<>(Table.VOLUMES, Kind.VOLUME, fields, EbsVolume::tags);
  }

  /** One volume as it is by now, or {@link NoSuch.Volume}. */
  public EbsVolume require(String volumeId) {
    Kind.VOLUME.require(ID, volumeId);
    return Table.VOLUMES
        .find(domain.records(), volumeId)
        .flatMap(settler::settle)
        .orElseThrow(() -> new NoSuch.Volume(volumeId).broken());
  }

  /** The latest modification of each volume that had one. */
  public Page<Modification> modifications(Query query) {
    throw Region.later("modifications of volumes are");
  }

  /** How the volumes do. */
  public Page<VolumeStatus> status(Query query) {
    throw Region.later("volumes' status checks are");
  }

  /** Whether I/O of a damaged volume comes back by itself. */
  public boolean autoEnableIo(String volumeId, boolean dryRun) {
    throw Region.later("volumes' status checks are");
  }

  /** Says whether I/O of a damaged volume comes back by itself. */
  public void autoEnableIo(String volumeId, boolean auto, boolean dryRun) {
    throw Region.later("volumes' status checks are");
  }

  /** Switches I/O of a damaged volume on. */
  public void enableIo(String volumeId, boolean dryRun) {
    throw Region.later("volumes' status checks are");
  }
}
