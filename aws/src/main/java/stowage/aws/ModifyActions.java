package stowage.aws;

import java.util.List;
import java.util.function.Supplier;
import stowage.cloud.ModifyVolume;
import stowage.cloud.Region;

/** Volumes grow and change their type and speed. */
final class ModifyActions {
  private final Supplier<Region> region;
  private final Write write;

  ModifyActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "ModifyVolume",
            this::modify,
            "VolumeId! Size:int VolumeType Iops:int Throughput:int MultiAttachEnabled:bool"),
        Action.of(
            "DescribeVolumesModifications",
            this::describe,
            Grammar.FILTERS,
            Grammar.PAGE,
            "VolumeId.n"));
  }

  private void modify(Params in, Xml out) {
    var request = new ModifyVolume(in.required("VolumeId"), Ask.config(in), in.flag("DryRun"));
    var modification = region.get().volumes().modify(request);
    out.element("volumeModification", () -> write.modification(out, modification));
  }

  private void describe(Params in, Xml out) {
    write.page(
        out,
        "volumeModificationSet",
        region.get().volumes().modifications(Ask.query(in, "VolumeId")),
        modification -> write.modification(out, modification));
  }
}
