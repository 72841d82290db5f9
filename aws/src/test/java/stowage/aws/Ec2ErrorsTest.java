package stowage.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.cloud.DryRun;
import stowage.cloud.Held;
import stowage.cloud.Invalid;
import stowage.cloud.InvalidBlock;
import stowage.cloud.InvalidConfig;
import stowage.cloud.InvalidPlace;
import stowage.cloud.NoSuch;
import stowage.cloud.NotNow;
import stowage.cloud.Rule;
import stowage.cloud.VolumeType;

/** The codes and texts that stock clients look for. */
class Ec2ErrorsTest {
  @Test
  void attachingAcrossZonesIsAZoneMismatchThatSaysHowToMove() {
    var wrong = new InvalidPlace.ZoneMismatch("vol-1", "local-a", "i-1", "local-b");
    told(
        wrong,
        "InvalidVolume.ZoneMismatch",
        "The volume 'vol-1' is not in the same availability zone as instance 'i-1'");
    told(wrong, "InvalidVolume.ZoneMismatch", "stowage ebs move vol-1 --zone local-b");
  }

  @Test
  void whatClientsRecogniseIsThere() {
    told(
        new Held.AlreadyAttached("vol-1", "i-1", "/dev/sdf"),
        "VolumeInUse",
        "vol-1 is already attached to an instance");
    told(
        new Held.DeviceTaken("/dev/sdf", "i-1", "vol-2"),
        "InvalidParameterValue",
        "Attachment point /dev/sdf is already in use");
    told(
        new NotNow.NotAttached("vol-1", "available"),
        "IncorrectState",
        "Volume 'vol-1' is in the 'available' state.");
    told(
        new NoSuch.Volume("vol-1"), "InvalidVolume.NotFound", "The volume 'vol-1' does not exist.");
    told(
        new NoSuch.SuchAttachment("vol-1", Optional.of("i-1"), Optional.empty()),
        "InvalidAttachment.NotFound",
        "'vol-1' is not attached to instance 'i-1'");
    told(
        new InvalidConfig.IopsTooHigh(VolumeType.GP3, 200_000, 80_000),
        "InvalidParameterValue",
        "Volume iops of 200000 is too high; maximum is 80000");
    told(
        new InvalidConfig.IopsTooHigh(VolumeType.IO2, 2_147_483_647, 256_000),
        "InvalidParameterCombination",
        "256K IOPS");
    told(
        new InvalidConfig.IopsPerGib(VolumeType.IO1, 510, 10, 50),
        "InvalidParameterValue",
        "ratio of 51.000000 is too high; maximum is 50");
    assertThat(Ec2Errors.of(new DryRun()).status()).isEqualTo(412);
  }

  @Test
  void whatIsNoIdIsToldFromWhatIsMalformed() {
    told(new Invalid.Id("volumeId", "x", "vol-", false), "InvalidParameterValue", "'vol-...'");
    told(new Invalid.Id("volumeId", "vol-x", "vol-", true), "InvalidVolumeID.Malformed", "vol-x");
    told(new Invalid.Id("x", "snap-x", "snap-", true), "InvalidSnapshotID.Malformed", "snap-x");
    told(new Invalid.Id("x", "i-x", "i-", true), "InvalidInstanceID.Malformed", "i-x");
  }

  @Test
  void aWrongBlockHasAReason() {
    var beyond = EbsErrors.of(new InvalidBlock.BeyondEnd("snap-1", 9, 8));
    assertThat(beyond.reason()).isEqualTo("INVALID_BLOCK");
    assertThat(beyond.getMessage()).isEqualTo("Block index 9 is beyond the volume size extent");
    assertThat(EbsErrors.of(new InvalidBlock.Checksum("a", "b")).status()).isEqualTo(403);
    assertThat(EbsErrors.of(new NoSuch.Snapshot("snap-1")).reason())
        .isEqualTo("SNAPSHOT_NOT_FOUND");
  }

  private static void told(Rule rule, String code, String text) {
    Refusal refusal = Ec2Errors.of(rule);
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.getMessage()).contains(text);
  }
}
