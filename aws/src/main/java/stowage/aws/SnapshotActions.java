package stowage.aws;

import java.util.List;
import java.util.function.Supplier;
import stowage.cloud.CopySnapshot;
import stowage.cloud.CreateSnapshot;
import stowage.cloud.CreateSnapshots;
import stowage.cloud.Region;
import stowage.cloud.SnapshotQuery;

/** Snapshots: taken, copied, described, deleted. */
final class SnapshotActions {
  private final Supplier<Region> region;
  private final Write write;

  SnapshotActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "CreateSnapshot",
            this::create,
            Grammar.TAGS,
            "VolumeId! Description Location OutpostArn:no"),
        Action.of(
            "CreateSnapshots",
            this::createAll,
            Grammar.TAGS,
            "InstanceSpecification.InstanceId InstanceSpecification.ExcludeBootVolume:bool",
            "InstanceSpecification.ExcludeDataVolumeId.n Description CopyTagsFromSource Location",
            "OutpostArn:no"),
        Action.of(
            "DescribeSnapshots",
            this::describe,
            Grammar.FILTERS,
            Grammar.PAGE,
            "SnapshotId.n Owner.n RestorableBy.n"),
        Action.of("DeleteSnapshot", this::delete, "SnapshotId!"),
        Action.of(
            "CopySnapshot",
            this::copy,
            Grammar.TAGS,
            "SourceRegion! SourceSnapshotId! DestinationRegion Description Encrypted:bool KmsKeyId",
            "PresignedUrl:any DestinationOutpostArn:no DestinationAvailabilityZone:no",
            "CompletionDurationMinutes:no"));
  }

  private void create(Params in, Xml out) {
    checkLocation(in);
    var request =
        new CreateSnapshot(
            in.required("VolumeId"),
            in.text("Description").orElse(""),
            Ask.tags(in, "snapshot"),
            in.flag("DryRun"));
    var snapshot = region.get().snapshots().create(request);
    write.snapshot(out, snapshot, "status");
  }

  private static void checkLocation(Params in) {
    if (!in.text("Location").orElse("regional").equals("regional")) {
      throw Refusal.unsupported("Snapshots are kept by the region: the location is regional");
    }
  }

  private void createAll(Params in, Xml out) {
    checkLocation(in);
    Params specification = in.at("InstanceSpecification");
    String copy = in.text("CopyTagsFromSource").orElse("");
    if (!copy.isEmpty() && !copy.equals("volume")) {
      throw Refusal.value(
          "Value (%s) for parameter copyTagsFromSource is invalid. Expected: volume."
              .formatted(copy));
    }
    var request =
        new CreateSnapshots(
            specification.required("InstanceId"),
            in.text("Description").orElse(""),
            specification.flag("ExcludeBootVolume"),
            specification.texts("ExcludeDataVolumeId"),
            !copy.isEmpty(),
            Ask.tags(in, "snapshot"),
            in.flag("DryRun"));
    var snapshots = region.get().snapshots().createAll(request);
    out.list("snapshotSet", snapshots, snapshot -> write.snapshot(out, snapshot, "state"));
  }

  private void describe(Params in, Xml out) {
    var request =
        new SnapshotQuery(in.texts("Owner"), in.texts("RestorableBy"), Ask.query(in, "SnapshotId"));
    write.page(
        out,
        "snapshotSet",
        region.get().snapshots().describe(request),
        snapshot -> write.snapshot(out, snapshot, "status"));
  }

  private void delete(Params in, Xml out) {
    region.get().snapshots().delete(in.required("SnapshotId"), in.flag("DryRun"));
    out.put("return", true);
  }

  private void copy(Params in, Xml out) {
    String source = in.required("SourceRegion");
    // A client may call this region as it likes, and then calls it so in both places.
    String from =
        source.equals(in.text("DestinationRegion").orElse(""))
            ? region.get().settings().name()
            : source;
    var request =
        new CopySnapshot(
            from,
            in.required("SourceSnapshotId"),
            in.text("Description").orElse(""),
            Ask.encryption(in),
            Ask.tags(in, "snapshot"),
            Ask.call(in));
    var snapshot = region.get().snapshots().copy(request);
    out.put("snapshotId", snapshot.id());
    write.tags(out, snapshot.tags());
  }
}
