package stowage.aws;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import stowage.cloud.CopyVolume;
import stowage.cloud.CreateVolume;
import stowage.cloud.EbsVolume;
import stowage.cloud.Region;

/** Volumes: made, copied, described, deleted. */
final class VolumeActions {
  private static final String CONFIG =
      "Size:int VolumeType Iops:int Throughput:int MultiAttachEnabled:bool";

  private final Supplier<Region> region;
  private final Write write;

  VolumeActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "CreateVolume",
            this::create,
            CONFIG,
            Grammar.TAGS,
            "AvailabilityZone AvailabilityZoneId SnapshotId Encrypted:bool KmsKeyId ClientToken",
            "VolumeInitializationRate:int OutpostArn:no Operator:no"),
        Action.of("CopyVolumes", this::copy, CONFIG, Grammar.TAGS, "SourceVolumeId! ClientToken"),
        Action.of(
            "DescribeVolumes",
            this::describe,
            Grammar.FILTERS,
            Grammar.PAGE,
            "VolumeId.n IncludeManagedResources:any"),
        Action.of("DeleteVolume", this::delete, "VolumeId!"));
  }

  private void create(Params in, Xml out) {
    OptionalLong rate = Ask.number(in, "VolumeInitializationRate");
    var request =
        new CreateVolume(
            in.text("AvailabilityZone"),
            in.text("AvailabilityZoneId"),
            Ask.config(in),
            in.text("SnapshotId"),
            Ask.encryption(in),
            rate,
            Ask.tags(in, "volume"),
            Ask.call(in));
    EbsVolume volume = region.get().volumes().create(request);
    write.volume(out, volume);
  }

  private void copy(Params in, Xml out) {
    var request =
        new CopyVolume(
            in.required("SourceVolumeId"), Ask.config(in), Ask.tags(in, "volume"), Ask.call(in));
    out.list(
        "volumeSet", region.get().volumes().copy(request), volume -> write.volume(out, volume));
  }

  private void describe(Params in, Xml out) {
    write.page(
        out,
        "volumeSet",
        region.get().volumes().describe(Ask.query(in, "VolumeId")),
        volume -> write.volume(out, volume));
  }

  private void delete(Params in, Xml out) {
    region.get().volumes().delete(in.required("VolumeId"), in.flag("DryRun"));
    out.put("return", true);
  }
}
