package stowage.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stowage.cloud.Region;
import stowage.cloud.ZoneInfo;

/** What there is apart from anybody's volumes: regions, zones, types, the account. */
final class PlaceActions {
  private static final Pattern TYPE = Pattern.compile("[a-z0-9-]{1,32}\\.[a-z0-9-]{1,32}");
  private static final List<String> TYPES = List.of("m5.large", "stowage.host");

  /** Volumes an instance may have, as EC2 says for types whose devices share nothing with NICs. */
  private static final int ATTACHMENTS_MAX = 128;

  private static final Map<String, List<String>> ACCOUNT =
      Map.of(
          "default-vpc", List.of("none"),
          "max-instances", List.of("1000"),
          "supported-platforms", List.of("VPC"));

  private final Supplier<Region> region;

  PlaceActions(Supplier<Region> region) {
    this.region = region;
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "DescribeAvailabilityZones",
            this::zones,
            Grammar.FILTERS,
            "ZoneName.n ZoneId.n AllAvailabilityZones:any"),
        Action.of("DescribeRegions", this::regions, Grammar.FILTERS, "RegionName.n AllRegions:any"),
        Action.of(
            "DescribeInstanceTypes", this::types, Grammar.FILTERS, Grammar.PAGE, "InstanceType.n"),
        Action.of("DescribeAccountAttributes", this::account, "AttributeName.n"));
  }

  private void zones(Params in, Xml out) {
    var names = in.texts("ZoneName");
    var ids = in.texts("ZoneId");
    var all = region.get().settings().zones();
    known(names, all.stream().map(ZoneInfo::name).toList(), "availability zone");
    known(ids, all.stream().map(ZoneInfo::id).toList(), "availability zone id");
    var shown =
        region.get().zones(Ask.query(in, "")).stream()
            .filter(zone -> names.isEmpty() || names.contains(zone.name()))
            .filter(zone -> ids.isEmpty() || ids.contains(zone.id()))
            .toList();
    String name = region.get().settings().name();
    out.list(
        "availabilityZoneInfo",
        shown,
        zone -> {
          out.put("zoneName", zone.name());
          out.put("zoneId", zone.id());
          out.put("zoneState", "available");
          out.put("zoneType", "availability-zone");
          out.put("regionName", name);
          out.put("groupName", name);
          out.put("networkBorderGroup", name);
          out.put("optInStatus", "opt-in-not-required");
          out.element("messageSet", () -> {});
        });
  }

  private static void known(List<String> asked, List<String> there, String what) {
    var missing = asked.stream().filter(each -> !there.contains(each)).toList();
    if (!missing.isEmpty()) {
      throw Refusal.value("Invalid %s: [%s]".formatted(what, String.join(", ", missing)));
    }
  }

  private void regions(Params in, Xml out) {
    Ask.dryRun(in);
    String name = region.get().settings().name();
    known(in.texts("RegionName"), List.of(name), "region");
    var shown = new ArrayList<String>();
    if (Ask.filters(in).stream()
        .allMatch(
            filter -> {
              if (!filter.name().equals("region-name")) {
                throw Refusal.value("The filter '%s' is invalid".formatted(filter.name()));
              }
              return filter.values().contains(name) || filter.values().contains("*");
            })) {
      shown.add(name);
    }
    out.list(
        "regionInfo",
        shown,
        each ->
            out.put("regionName", each)
                .put("regionEndpoint", "localhost")
                .put("optInStatus", "opt-in-not-required"));
  }

  private void types(Params in, Xml out) {
    Ask.dryRun(in);
    var asked = in.texts("InstanceType");
    var wrong = asked.stream().filter(type -> !TYPE.matcher(type).matches()).toList();
    if (!wrong.isEmpty()) {
      throw new Refusal(
          "InvalidInstanceType",
          "The following supplied instance types do not exist: [%s]"
              .formatted(String.join(", ", wrong)));
    }
    var shown =
        (asked.isEmpty() ? TYPES : asked)
            .stream()
                .filter(
                    type ->
                        Ask.filters(in).stream()
                            .filter(filter -> filter.name().equals("instance-type"))
                            .allMatch(filter -> filter.values().contains(type)))
                .collect(Collectors.toList());
    out.list("instanceTypeSet", shown, type -> type(out, type));
  }

  private static void type(Xml out, String type) {
    out.put("instanceType", type);
    out.put("currentGeneration", true);
    out.put("bareMetal", false);
    out.put("hypervisor", "nitro");
    out.put("instanceStorageSupported", false);
    out.element(
        "processorInfo",
        () ->
            out.element(
                "supportedArchitectures", () -> out.put("item", InstanceActions.architecture())));
    out.element(
        "ebsInfo",
        () -> {
          out.put("ebsOptimizedSupport", "default");
          out.put("encryptionSupport", "supported");
          out.put("nvmeSupport", "unsupported");
          out.put("maximumEbsAttachments", ATTACHMENTS_MAX);
          out.put("attachmentLimitType", "dedicated");
        });
    out.element("networkInfo", () -> out.put("maximumNetworkInterfaces", 1));
  }

  private void account(Params in, Xml out) {
    Ask.dryRun(in);
    var asked = in.texts("AttributeName");
    known(asked, List.copyOf(ACCOUNT.keySet()), "account attribute");
    out.list(
        "accountAttributeSet",
        ACCOUNT.keySet().stream()
            .sorted()
            .filter(name -> asked.isEmpty() || asked.contains(name))
            .toList(),
        name ->
            out.put("attributeName", name)
                .list(
                    "attributeValueSet",
                    ACCOUNT.get(name),
                    value -> out.put("attributeValue", value)));
  }
}
