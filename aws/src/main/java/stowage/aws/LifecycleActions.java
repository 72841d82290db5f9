package stowage.aws;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stowage.cloud.Region;
import stowage.cloud.RunInstances;
import stowage.cloud.StateChange;

/** Instances begin, stop, start and end. */
final class LifecycleActions {
  private static final String IDS = "InstanceId.n!";
  private static final String TYPE_DEFAULT = "m5.large";

  private final Supplier<Region> region;
  private final Write write;
  private final InstanceActions instances;

  LifecycleActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
    this.instances = new InstanceActions(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "RunInstances",
            this::run,
            Grammar.TAGS,
            "ImageId MinCount:int MaxCount:int InstanceType Placement.AvailabilityZone ClientToken",
            "Placement.Tenancy:any Placement.GroupName:any KeyName:any SubnetId:any UserData:any",
            "SecurityGroup.n:any SecurityGroupId.n:any EbsOptimized:any Monitoring:any",
            "MetadataOptions:any BlockDeviceMapping:no NetworkInterface:no"),
        Action.of("StartInstances", this::start, IDS, "AdditionalInfo:any"),
        Action.of("StopInstances", this::stop, IDS, "Force:any Hibernate:any SkipOsShutdown:any"),
        Action.of("TerminateInstances", this::terminate, IDS, "Force:any SkipOsShutdown:any"),
        Action.of(
            "ModifyInstanceAttribute",
            this::modify,
            "InstanceId! Attribute BlockDeviceMapping.n.DeviceName",
            "BlockDeviceMapping.n.Ebs.VolumeId BlockDeviceMapping.n.Ebs.DeleteOnTermination:bool"));
  }

  private void run(Params in, Xml out) {
    long min = in.integer("MinCount").orElseThrow(() -> Refusal.missing("minCount"));
    long max = in.integer("MaxCount").orElseThrow(() -> Refusal.missing("maxCount"));
    if (min < 1 || max < min || max > Grammar.MEMBERS_MAX) {
      throw Refusal.value(
          "Value (%d) for parameter maxCount is invalid. Expected: minCount to %d."
              .formatted(max, Grammar.MEMBERS_MAX));
    }
    var types = Set.of("instance", "volume");
    var request =
        new RunInstances(
            (int) max,
            in.at("Placement").text("AvailabilityZone"),
            in.text("InstanceType").orElse(TYPE_DEFAULT),
            in.text("ImageId").orElse(""),
            Ask.tags(in, "instance", types),
            Ask.call(in));
    var made = region.get().instances().run(request);
    instances.reservation(out, write, made);
  }

  private void start(Params in, Xml out) {
    changes(out, region.get().instances().start(in.texts("InstanceId"), in.flag("DryRun")));
  }

  private void stop(Params in, Xml out) {
    changes(out, region.get().instances().stop(in.texts("InstanceId"), in.flag("DryRun")));
  }

  private void terminate(Params in, Xml out) {
    changes(out, region.get().instances().terminate(in.texts("InstanceId"), in.flag("DryRun")));
  }

  private static void changes(Xml out, List<StateChange> changes) {
    out.list(
        "instancesSet",
        changes,
        change -> {
          out.put("instanceId", change.instanceId());
          InstanceActions.state(out, "currentState", change.now());
          InstanceActions.state(out, "previousState", change.before());
        });
  }

  private void modify(Params in, Xml out) {
    List<Params> mappings = in.members("BlockDeviceMapping");
    if (mappings.isEmpty()) {
      throw Refusal.unsupported(
          "Of an instance's attributes only blockDeviceMapping can be modified");
    }
    for (Params mapping : mappings) {
      Optional<Boolean> delete = mapping.at("Ebs").bool("DeleteOnTermination");
      region
          .get()
          .instances()
          .deleteOnTermination(
              in.required("InstanceId"),
              mapping.required("DeviceName"),
              delete.orElseThrow(() -> Refusal.missing("ebs.deleteOnTermination")),
              in.flag("DryRun"));
    }
    out.put("return", true);
  }
}
