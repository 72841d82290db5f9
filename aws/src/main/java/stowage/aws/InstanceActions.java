package stowage.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import stowage.cloud.Attachment;
import stowage.cloud.EbsVolume;
import stowage.cloud.Instance;
import stowage.cloud.NoSuch;
import stowage.cloud.Region;
import stowage.cloud.RuleBroken;

/** Instances as EC2 shows them: hosts with an agent, and names that NBD clients go by. */
final class InstanceActions {
  private static final String PREFIX = "i-";

  private final Supplier<Region> region;
  private final Write write;

  InstanceActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "DescribeInstances",
            this::describe,
            Grammar.FILTERS,
            Grammar.PAGE,
            "InstanceId.n IncludeManagedResources:any"),
        Action.of(
            "DescribeInstanceStatus",
            this::status,
            Grammar.FILTERS,
            Grammar.PAGE,
            "InstanceId.n IncludeAllInstances:bool"));
  }

  private void describe(Params in, Xml out) {
    write.page(
        out,
        "reservationSet",
        region.get().instances().describe(Ask.query(in, "InstanceId")),
        instance -> reservation(out, write, List.of(instance)));
  }

  /** Instances that were started together, which here is one by one. */
  void reservation(Xml out, Write write, List<Instance> instances) {
    out.put("reservationId", "r-" + instances.getFirst().id().substring(PREFIX.length()));
    out.put("ownerId", region.get().settings().account());
    out.element("groupSet", () -> {});
    out.list("instancesSet", instances, instance -> instance(out, write, instance));
  }

  private void instance(Xml out, Write write, Instance instance) {
    out.put("instanceId", instance.id());
    out.put("imageId", instance.imageId());
    state(out, "instanceState", instance.state());
    String host = instance.host().map(Instance.Host::name).orElse("");
    out.put("privateDnsName", host);
    out.put("dnsName", "");
    out.put("amiLaunchIndex", 0);
    out.put("instanceType", instance.type());
    out.put("launchTime", instance.launched());
    out.element(
        "placement",
        () -> {
          write.zone(out, instance.zone());
          out.put("groupName", "").put("tenancy", "default");
        });
    out.element("monitoring", () -> out.put("state", "disabled"));
    out.put("architecture", architecture());
    out.put("rootDeviceType", "instance-store");
    out.list(
        "blockDeviceMapping",
        instance.devices().entrySet(),
        device -> device(out, instance, device));
    out.put("virtualizationType", "hvm");
    out.put("hypervisor", "xen");
    out.put("ebsOptimized", true);
    out.put("enaSupport", true);
    write.tags(out, instance.tags());
  }

  static void state(Xml out, String name, Instance.State state) {
    out.element(name, () -> out.put("code", state.code()).put("name", state.word()));
  }

  static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
  }

  private void device(Xml out, Instance instance, Map.Entry<String, String> device) {
    out.put("deviceName", device.getKey());
    out.element(
        "ebs",
        () -> {
          out.put("volumeId", device.getValue());
          attachment(device.getValue(), instance.id())
              .ifPresent(
                  at ->
                      out.put("status", at.phase().word())
                          .put("attachTime", at.attached())
                          .put("deleteOnTermination", at.deleteOnTermination()));
        });
  }

  /** Empty if it was detached since the instance was read. */
  private Optional<Attachment> attachment(String volumeId, String instanceId) {
    try {
      EbsVolume volume = region.get().volumes().require(volumeId);
      return volume.attachment(instanceId);
    } catch (RuleBroken e) {
      if (e.rule() instanceof NoSuch) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void status(Params in, Xml out) {
    boolean all = in.flag("IncludeAllInstances");
    var page = region.get().instances().describe(Ask.query(in, "InstanceId"));
    var shown =
        page.items().stream()
            .filter(instance -> all || instance.state() instanceof Instance.State.Running)
            .toList();
    out.list(
        "instanceStatusSet",
        shown,
        instance -> {
          out.put("instanceId", instance.id());
          write.zone(out, instance.zone());
          state(out, "instanceState", instance.state());
          boolean running = instance.state() instanceof Instance.State.Running;
          for (String kind : List.of("systemStatus", "instanceStatus")) {
            out.element(kind, () -> out.put("status", running ? "ok" : "not-applicable"));
          }
        });
    out.put("nextToken", page.nextToken());
  }
}
