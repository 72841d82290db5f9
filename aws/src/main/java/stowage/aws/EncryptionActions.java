package stowage.aws;

import java.util.List;
import java.util.function.Supplier;
import stowage.cloud.Region;

/** Whether and with which key volumes are encrypted when nobody says. */
final class EncryptionActions {
  private final Supplier<Region> region;
  private final Write write;

  EncryptionActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "GetEbsEncryptionByDefault",
            (in, out) -> byDefault(out, region.get().keys().byDefault(in.flag("DryRun")))),
        Action.of(
            "EnableEbsEncryptionByDefault",
            (in, out) -> byDefault(out, region.get().keys().byDefault(true, in.flag("DryRun")))),
        Action.of(
            "DisableEbsEncryptionByDefault",
            (in, out) -> byDefault(out, region.get().keys().byDefault(false, in.flag("DryRun")))),
        Action.of(
            "GetEbsDefaultKmsKeyId",
            (in, out) -> key(out, region.get().keys().defaultKey(in.flag("DryRun")))),
        Action.of(
            "ModifyEbsDefaultKmsKeyId",
            (in, out) ->
                key(
                    out,
                    region.get().keys().defaultKey(in.required("KmsKeyId"), in.flag("DryRun"))),
            "KmsKeyId!"),
        Action.of(
            "ResetEbsDefaultKmsKeyId",
            (in, out) -> key(out, region.get().keys().resetDefaultKey(in.flag("DryRun")))));
  }

  private static void byDefault(Xml out, boolean on) {
    out.put("ebsEncryptionByDefault", on);
  }

  private void key(Xml out, String keyId) {
    out.put("kmsKeyId", write.keyArn(keyId));
  }
}
