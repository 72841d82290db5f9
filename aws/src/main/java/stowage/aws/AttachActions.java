package stowage.aws;

import java.util.List;
import java.util.function.Supplier;
import stowage.cloud.AttachVolume;
import stowage.cloud.DetachVolume;
import stowage.cloud.Region;

/** Volumes come to instances and go. */
final class AttachActions {
  private final Supplier<Region> region;
  private final Write write;

  AttachActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of("AttachVolume", this::attach, "Device! InstanceId! VolumeId! EbsCardIndex:no"),
        Action.of("DetachVolume", this::detach, "VolumeId! InstanceId Device Force:bool"));
  }

  private void attach(Params in, Xml out) {
    var request =
        new AttachVolume(
            in.required("VolumeId"),
            in.required("InstanceId"),
            in.required("Device"),
            in.flag("DryRun"));
    write.attachment(out, region.get().volumes().attach(request));
  }

  private void detach(Params in, Xml out) {
    var request =
        new DetachVolume(
            in.required("VolumeId"),
            in.text("InstanceId"),
            in.text("Device"),
            in.flag("Force"),
            in.flag("DryRun"));
    write.attachment(out, region.get().volumes().detach(request));
  }
}
