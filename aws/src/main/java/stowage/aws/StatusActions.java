package stowage.aws;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import stowage.cloud.Region;
import stowage.cloud.VolumeStatus;
import stowage.cloud.VolumeStatus.InitializationType;

/** How volumes do, and their attributes. */
final class StatusActions {
  private final Supplier<Region> region;
  private final Write write;

  StatusActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "DescribeVolumeStatus",
            this::status,
            Grammar.FILTERS,
            Grammar.PAGE,
            "VolumeId.n IncludeManagedResources:any"),
        Action.of("DescribeVolumeAttribute", this::attribute, "VolumeId! Attribute!"),
        Action.of("ModifyVolumeAttribute", this::modify, "VolumeId! AutoEnableIO.Value:bool"),
        Action.of("EnableVolumeIO", this::enable, "VolumeId!"));
  }

  private void status(Params in, Xml out) {
    write.page(
        out,
        "volumeStatusSet",
        region.get().volumes().status(Ask.query(in, "VolumeId")),
        status -> status(out, status));
  }

  private void status(Xml out, VolumeStatus status) {
    out.put("volumeId", status.volumeId());
    write.zone(out, status.zone());
    out.element(
        "volumeStatus",
        () -> {
          out.put("status", status.health().name().toLowerCase(Locale.ROOT).replace('_', '-'));
          out.element("details", () -> details(out, status));
        });
    out.element("eventsSet", () -> {});
    out.element("actionsSet", () -> {});
    var initialization = status.initialization();
    if (initialization.type() != InitializationType.NONE) {
      out.element(
          "initializationStatusDetails",
          () -> {
            out.put("initializationType", word(initialization.type()));
            out.put("progress", initialization.percent());
          });
    }
  }

  private static void details(Xml out, VolumeStatus status) {
    detail(out, "io-enabled", status.ioEnabled() ? "passed" : "failed");
    detail(out, "io-performance", "not-applicable");
    detail(
        out,
        "initialization-state",
        status.initialization().completed() ? "completed" : "initializing");
  }

  private static void detail(Xml out, String name, String status) {
    out.element("item", () -> out.put("name", name).put("status", status));
  }

  private static String word(InitializationType type) {
    return switch (type) {
      case NONE, DEFAULT -> "default";
      case PROVISIONED_RATE -> "provisioned-rate";
      case VOLUME_COPY -> "volume-copy";
    };
  }

  private void attribute(Params in, Xml out) {
    String volume = in.required("VolumeId");
    boolean dryRun = in.flag("DryRun");
    switch (in.required("Attribute")) {
      case "autoEnableIO" -> {
        boolean auto = region.get().volumes().autoEnableIo(volume, dryRun);
        out.put("volumeId", volume);
        out.element("autoEnableIO", () -> out.put("value", auto));
      }
      case "productCodes" -> {
        region.get().volumes().autoEnableIo(volume, dryRun);
        out.put("volumeId", volume);
        out.element("productCodes", () -> {});
      }
      case String other ->
          throw Refusal.value(
              "Value (%s) for parameter attribute is invalid. Unknown attribute.".formatted(other));
    }
  }

  private void modify(Params in, Xml out) {
    boolean auto =
        in.at("AutoEnableIO").bool("Value").orElseThrow(() -> Refusal.missing("autoEnableIO"));
    region.get().volumes().autoEnableIo(in.required("VolumeId"), auto, in.flag("DryRun"));
    out.put("return", true);
  }

  private void enable(Params in, Xml out) {
    region.get().volumes().enableIo(in.required("VolumeId"), in.flag("DryRun"));
    out.put("return", true);
  }
}
