package stowage.aws;

import java.util.Map;
import java.util.function.Supplier;
import stowage.cloud.Attachment;
import stowage.cloud.EbsSnapshot;
import stowage.cloud.EbsVolume;
import stowage.cloud.Modification;
import stowage.cloud.Page;
import stowage.cloud.Region;
import stowage.cloud.SnapshotState;
import stowage.cloud.VolumeConfig;
import stowage.cloud.ZoneInfo;

/** Volumes and what belongs to them, in EC2's words. */
record Write(Supplier<Region> from) {
  private Region.Settings region() {
    return from.get().settings();
  }

  /** {@code <set><item>..</set>} and the token of the next page, if there is one. */
  <T> void page(Xml out, String set, Page<T> page, Xml.Of<T> item) {
    out.list(set, page.items(), item);
    out.put("nextToken", page.nextToken());
  }

  void volume(Xml out, EbsVolume volume) {
    VolumeConfig config = volume.config();
    out.put("volumeId", volume.id());
    out.put("size", config.sizeGib());
    out.put("snapshotId", volume.origin().snapshotId().orElse(""));
    out.put("sourceVolumeId", volume.origin().sourceVolumeId());
    zone(out, volume.zone());
    out.put("status", volume.state().word());
    out.put("createTime", volume.created());
    out.list("attachmentSet", volume.attachments(), each -> attachment(out, each));
    out.put("volumeType", config.type().word());
    if (config.iops() > 0) {
      out.put("iops", config.iops());
    }
    if (config.throughput() > 0) {
      out.put("throughput", config.throughput());
    }
    out.put("encrypted", volume.encrypted());
    out.put("kmsKeyId", volume.keyId().map(this::keyArn));
    out.put("multiAttachEnabled", config.multiAttach());
    out.put("fastRestored", false);
    if (volume.origin().initializationRate() > 0) {
      out.put("volumeInitializationRate", volume.origin().initializationRate());
    }
    tags(out, volume.tags());
    out.element("operator", () -> out.put("managed", false));
  }

  void zone(Xml out, String zone) {
    out.put("availabilityZone", zone);
    out.put(
        "availabilityZoneId",
        region().zones().stream().filter(z -> z.name().equals(zone)).map(ZoneInfo::id).findFirst());
  }

  void attachment(Xml out, Attachment attachment) {
    out.put("volumeId", attachment.volumeId());
    out.put("instanceId", attachment.instanceId());
    out.put("device", attachment.device());
    out.put("status", attachment.phase().word());
    out.put("attachTime", attachment.attached());
    out.put("deleteOnTermination", attachment.deleteOnTermination());
  }

  /**
   * @param state the element's name: {@code status}, or {@code state} of several at once
   */
  void snapshot(Xml out, EbsSnapshot snapshot, String state) {
    out.put("snapshotId", snapshot.id());
    out.put("volumeId", snapshot.volumeId());
    out.put(state, snapshot.state().word());
    switch (snapshot.state()) {
      case SnapshotState.Failed(var reason) -> out.put("statusMessage", reason);
      case SnapshotState.Pending _, SnapshotState.Completed _, SnapshotState.Deleting _ -> {}
    }
    out.put("startTime", snapshot.started());
    out.put("progress", snapshot.state().percent() + "%");
    out.put("ownerId", region().account());
    out.put("volumeSize", snapshot.sizeGib());
    out.put("description", snapshot.description());
    out.put("encrypted", snapshot.encrypted());
    out.put("kmsKeyId", snapshot.keyId().map(this::keyArn));
    out.put("storageTier", "standard");
    out.put("transferType", "standard");
    out.put("completionTime", snapshot.completed());
    tags(out, snapshot.tags());
  }

  void modification(Xml out, Modification modification) {
    out.put("volumeId", modification.volumeId());
    out.put("modificationState", modification.state().word());
    switch (modification.state()) {
      case Modification.State.Failed(_, var reason) -> out.put("statusMessage", reason);
      case Modification.State.Modifying _,
          Modification.State.Optimizing _,
          Modification.State.Completed _ -> {}
    }
    config(out, "target", modification.target());
    config(out, "original", modification.original());
    out.put("progress", modification.state().progress());
    out.put("startTime", modification.started());
    out.put("endTime", modification.state().ended());
  }

  private static void config(Xml out, String which, VolumeConfig config) {
    out.put(which + "Size", config.sizeGib());
    if (config.iops() > 0) {
      out.put(which + "Iops", config.iops());
    }
    out.put(which + "VolumeType", config.type().word());
    if (config.throughput() > 0) {
      out.put(which + "Throughput", config.throughput());
    }
    out.put(which + "MultiAttachEnabled", config.multiAttach());
  }

  void tags(Xml out, Map<String, String> tags) {
    out.list(
        "tagSet",
        tags.entrySet(),
        tag -> out.put("key", tag.getKey()).put("value", tag.getValue()));
  }

  /** A key's id as clients of KMS write it. */
  String keyArn(String keyId) {
    return "arn:aws:kms:%s:%s:key/%s"
        .formatted(
            region().name(),
            region().account(),
            keyId.startsWith("key-") ? keyId.substring("key-".length()) : keyId);
  }
}
