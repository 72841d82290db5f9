package stowage.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import stowage.store.Records;

/** The instances of a region. Any thread may call. */
public final class Instances {
  private static final String ID = "instanceId";
  private static final String RUN = "RunInstances";
  private static final String HOST_TYPE = "stowage.host";
  private static final int RUN_MAX = 100;
  private static final long SHOWN_SECONDS = 3600;

  private final Domain domain;
  private final VolumeSettler settler;

  Instances(Domain domain, VolumeSettler settler) {
    this.domain = domain;
    this.settler = settler;
  }

  /** A host says that it is an instance; durable when it returns. */
  public Instance register(RegisterHost request) {
    String id = Kind.INSTANCE.require(ID, request.instanceId());
    String zone = domain.zoneInfo(Optional.of(request.zone()), Optional.empty()).name();
    return domain
        .records()
        .transact(
            records -> {
              var found =
                  Table.INSTANCES
                      .find(records, id)
                      .filter(it -> !(it.state() instanceof Instance.State.Terminated));
              if (found.isPresent() && !found.get().zone().equals(zone)) {
                throw new InvalidPlace.HostElsewhere(id, found.get().zone(), zone).broken();
              }
              var now = found.orElseGet(() -> host(id, zone, request.host()));
              return Table.INSTANCES.put(
                  records,
                  new Instance(
                      id,
                      zone,
                      now.type(),
                      now.imageId(),
                      now.launched(),
                      Optional.of(request.host()),
                      new Instance.State.Running(),
                      now.devices(),
                      now.tags()));
            });
  }

  private Instance host(String id, String zone, Instance.Host host) {
    return new Instance(
        id,
        zone,
        HOST_TYPE,
        "",
        domain.now(),
        Optional.of(host),
        new Instance.State.Running(),
        new TreeMap<>(),
        new TreeMap<>());
  }

  /** A host is no instance any more; it must have no volumes. */
  public void deregister(String instanceId) {
    Kind.INSTANCE.require(ID, instanceId);
    domain
        .records()
        .transact(
            records -> {
              var instance = required(records, instanceId);
              if (!instance.devices().isEmpty()) {
                throw new Held.InstanceHasVolumes(
                        instanceId, List.copyOf(instance.devices().values()))
                    .broken();
              }
              Table.INSTANCES.delete(records, instanceId);
              return null;
            });
  }

  private static Instance required(Records.Transaction records, String id) {
    return Table.INSTANCES.find(records, id).orElseThrow(() -> new NoSuch.Machine(id).broken());
  }

  /** Makes instances that are no hosts. */
  public List<Instance> run(RunInstances request) {
    String zone =
        request
            .zone()
            .map(name -> domain.zoneInfo(Optional.of(name), Optional.empty()).name())
            .orElse(domain.settings().zones().getFirst().name());
    if (request.count() < 1 || request.count() > RUN_MAX) {
      throw new Invalid.Value("maxCount", String.valueOf(request.count()), "1 to 100").broken();
    }
    var tags = TagRules.checked("an instance", request.tags());
    String parameters =
        List.of(request.count(), zone, request.type(), request.imageId(), tags).toString();
    Domain.dryRun(request.call().dryRun());
    return domain.records().transact(records -> run(records, request, zone, parameters));
  }

  private List<Instance> run(
      Records.Transaction records, RunInstances request, String zone, String parameters) {
    var made = new ArrayList<Instance>();
    for (String id : Tokens.made(records, RUN, request.call(), parameters)) {
      made.add(
          Table.INSTANCES.find(records, id).orElseThrow(() -> Tokens.deleted(request.call(), id)));
    }
    if (!made.isEmpty()) {
      return made;
    }
    for (int i = 0; i < request.count(); i++) {
      made.add(
          Table.INSTANCES.put(
              records,
              new Instance(
                  Kind.INSTANCE.fresh(),
                  zone,
                  request.type(),
                  request.imageId(),
                  domain.now(),
                  Optional.empty(),
                  new Instance.State.Running(),
                  new TreeMap<>(),
                  TagRules.copy(request.tags()))));
    }
    Tokens.keep(records, RUN, request.call(), parameters, made.stream().map(Instance::id).toList());
    return made;
  }

  /** Starts stopped instances. */
  public List<StateChange> start(List<String> instanceIds, boolean dryRun) {
    return change(instanceIds, new Instance.State.Running(), dryRun);
  }

  /** Stops running instances; their volumes stay attached. */
  public List<StateChange> stop(List<String> instanceIds, boolean dryRun) {
    return change(instanceIds, new Instance.State.Stopped(), dryRun);
  }

  private List<StateChange> change(List<String> ids, Instance.State next, boolean dryRun) {
    ids.forEach(id -> Kind.INSTANCE.require(ID, id));
    return domain
        .records()
        .transact(
            records -> {
              var changes = new ArrayList<StateChange>();
              for (String id : ids) {
                var instance = required(records, id);
                switch (instance.state()) {
                  case Instance.State.Running _, Instance.State.Stopped _ -> {}
                  case Instance.State.ShuttingDown _, Instance.State.Terminated _ ->
                      throw new NotNow.InstanceState(id, instance.state().word(), "running")
                          .broken();
                }
                Table.INSTANCES.put(records, instance.in(next));
                changes.add(new StateChange(id, instance.state(), next));
              }
              Domain.dryRun(dryRun);
              return changes;
            });
  }

  /** Ends instances; their volumes are detached, and deleted where that was said. */
  public List<StateChange> terminate(List<String> instanceIds, boolean dryRun) {
    instanceIds.forEach(id -> Kind.INSTANCE.require(ID, id));
    var changes =
        domain
            .records()
            .transact(
                records -> {
                  var done = new ArrayList<StateChange>();
                  for (String id : instanceIds) {
                    done.add(terminate(records, required(records, id)));
                  }
                  Domain.dryRun(dryRun);
                  return done;
                });
    instanceIds.forEach(this::settle);
    return changes;
  }

  private static StateChange terminate(Records.Transaction records, Instance instance) {
    if (instance.state() instanceof Instance.State.Terminated) {
      return new StateChange(instance.id(), instance.state(), instance.state());
    }
    for (String volumeId : new HashSet<>(instance.devices().values())) {
      Table.VOLUMES
          .find(records, volumeId)
          .ifPresent(
              volume ->
                  volume
                      .attachment(instance.id())
                      .ifPresent(
                          at ->
                              Table.VOLUMES.put(
                                  records,
                                  VolumeSettler.replace(
                                      volume, at, new Attachment.Phase.Detaching(true)))));
    }
    var next = new Instance.State.ShuttingDown();
    Table.INSTANCES.put(records, instance.in(next));
    return new StateChange(instance.id(), instance.state(), next);
  }

  /** Goes on with an instance's end: its volumes are let go, and after an hour it is gone. */
  void settle(String instanceId) {
    var found = Table.INSTANCES.find(domain.records(), instanceId);
    if (found.isEmpty()) {
      return;
    }
    if (found.get().state() instanceof Instance.State.ShuttingDown) {
      for (String volumeId : found.get().devices().values()) {
        Table.VOLUMES
            .find(domain.records(), volumeId)
            .flatMap(settler::settle)
            .ifPresent(settler::settle); // once detached, it may be deleted
      }
    }
    domain.records().transact(records -> settled(records, instanceId));
  }

  private Optional<Instance> settled(Records.Transaction records, String id) {
    var found = Table.INSTANCES.find(records, id);
    if (found.isEmpty()) {
      return found;
    }
    var instance = found.get();
    return switch (instance.state()) {
      case Instance.State.Running _, Instance.State.Stopped _ -> found;
      case Instance.State.ShuttingDown _ ->
          instance.devices().isEmpty()
              ? Optional.of(
                  Table.INSTANCES.put(
                      records, instance.in(new Instance.State.Terminated(domain.now()))))
              : found;
      case Instance.State.Terminated end -> {
        if (end.at().plusSeconds(SHOWN_SECONDS).isBefore(domain.now())) {
          Table.INSTANCES.delete(records, id);
          yield Optional.empty();
        }
        yield found;
      }
    };
  }

  /** Says whether the volume at that device goes with the instance. */
  public void deleteOnTermination(
      String instanceId, String device, boolean delete, boolean dryRun) {
    Kind.INSTANCE.require(ID, instanceId);
    domain
        .records()
        .transact(
            records -> {
              String volumeId = required(records, instanceId).devices().get(device);
              if (volumeId == null) {
                throw new InvalidPlace.DeviceName(device).broken();
              }
              var volume = EbsVolumes.required(records, volumeId);
              Domain.dryRun(dryRun);
              return Table.VOLUMES.put(
                  records,
                  volume.with(
                      volume.attachments().stream()
                          .map(at -> at.instanceId().equals(instanceId) ? at.goes(delete) : at)
                          .toList()));
            });
  }

  /** Those that match, by id. */
  public Page<Instance> describe(Query query) {
    Map<String, Function<Instance, Stream<String>>> fields = new HashMap<>();
    fields.put("instance-id", i -> Stream.of(i.id()));
    fields.put("availability-zone", i -> Stream.of(i.zone()));
    fields.put("instance-state-name", i -> Stream.of(i.state().word()));
    fields.put("instance-state-code", i -> Stream.of(String.valueOf(i.state().code())));
    fields.put("instance-type", i -> Stream.of(i.type()));
    fields.put("image-id", i -> Stream.of(i.imageId()));
    fields.put("launch-time", i -> Stream.of(i.launched().toString()));
    fields.put("block-device-mapping.volume-id", i -> i.devices().values().stream());
    fields.put("block-device-mapping.device-name", i -> i.devices().keySet().stream());
    return new Search<>(Table.INSTANCES, Kind.INSTANCE, fields, Instance::tags)
        .page(domain.records(), query, this::now, _ -> true);
  }

  private Optional<Instance> now(Instance instance) {
    return switch (instance.state()) {
      case Instance.State.Running _, Instance.State.Stopped _ -> Optional.of(instance);
      case Instance.State.ShuttingDown _, Instance.State.Terminated _ -> {
        settle(instance.id());
        yield Table.INSTANCES.find(domain.records(), instance.id());
      }
    };
  }

  /** One instance, or {@link NoSuch.Machine}. */
  public Instance require(String instanceId) {
    Kind.INSTANCE.require(ID, instanceId);
    return Table.INSTANCES
        .find(domain.records(), instanceId)
        .flatMap(this::now)
        .orElseThrow(() -> new NoSuch.Machine(instanceId).broken());
  }
}
