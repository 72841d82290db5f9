package stowage.aws;

import java.util.Locale;
import stowage.cloud.InvalidConfig;
import stowage.cloud.VolumeType;

/**
 * How EC2 says that a volume cannot be so. The CSI driver reads the limits of a type out of these
 * texts.
 */
final class Ec2ConfigErrors {
  private Ec2ConfigErrors() {}

  static Refusal of(InvalidConfig wrong) {
    return switch (wrong) {
      case InvalidConfig.UnknownType(var type) ->
          new Refusal(
              "UnknownVolumeType",
              "Unsupported volume type '%s' for volume creation.".formatted(type));
      case InvalidConfig.NotForType(var parameter, var type) ->
          Refusal.combination(
              (parameter.equals("throughput")
                      ? "The %s parameter is not supported for %s volumes."
                      : "The parameter %s is not supported for %s volumes.")
                  .formatted(parameter, type.word()));
      case InvalidConfig.RequiredForType(var parameter, var type) ->
          Refusal.combination(
              "The parameter %s must be specified for %s volumes."
                  .formatted(parameter, type.word()));
      case InvalidConfig.CannotDecrypt _ ->
          Refusal.combination("Encrypted snapshots must be used to create encrypted volumes.");
      case InvalidConfig.SmallerThanSource(var size, var source, var sourceSize) ->
          Refusal.value(
              "Volume of size %dGB is smaller than %s '%s', expect size >= %dGB"
                  .formatted(
                      size,
                      source.startsWith("snap-") ? "snapshot" : "volume",
                      source,
                      sourceSize));
      case InvalidConfig.Shrinks _ ->
          Refusal.value("New size cannot be smaller than existing size");
      case InvalidConfig.NothingToModify _ ->
          Refusal.value(
              "Invalid input: Must specify at least one of size, type, iops, throughput or"
                  + " multi-attach.");
      case InvalidConfig.Io1MultiAttach _ ->
          Refusal.value(
              "io1 volumes with Multi-Attach enabled do not support modify-volume actions.");
      case InvalidConfig.TooLarge _,
          InvalidConfig.TooSmall _,
          InvalidConfig.IopsTooHigh _,
          InvalidConfig.IopsTooLow _,
          InvalidConfig.IopsPerGib _,
          InvalidConfig.ThroughputTooHigh _,
          InvalidConfig.ThroughputTooLow _,
          InvalidConfig.ThroughputPerIops _ ->
          outOfRange(wrong);
    };
  }

  private static Refusal outOfRange(InvalidConfig wrong) {
    return switch (wrong) {
      case InvalidConfig.TooLarge(var type, _, _) when type == VolumeType.IO2 -> io2();
      case InvalidConfig.IopsTooHigh(var type, _, _) when type == VolumeType.IO2 -> io2();
      case InvalidConfig.IopsPerGib(var type, _, _, _) when type == VolumeType.IO2 -> io2();
      case InvalidConfig.TooLarge(var type, var size, var max) ->
          Refusal.value(
              "Volume of %dGiB is too large for volume type %s; maximum is %dGiB"
                  .formatted(size, type.word(), max));
      case InvalidConfig.TooSmall(var type, var size, var min) ->
          Refusal.value(
              ("The volume size is invalid for %s volumes: %d GiB. %s volumes must be at least %d"
                      + " GiB in size. Please specify a volume size above the minimum limit.")
                  .formatted(type.word(), size, type.word(), min));
      case InvalidConfig.IopsTooHigh(_, var iops, var max) ->
          Refusal.value("Volume iops of %d is too high; maximum is %d".formatted(iops, max));
      case InvalidConfig.IopsTooLow(_, var iops, var min) ->
          Refusal.value("Volume iops of %d is too low; minimum is %d".formatted(iops, min));
      case InvalidConfig.IopsPerGib(_, var iops, var size, var max) ->
          Refusal.value(
              "Iops to volume size ratio of %s is too high; maximum is %d"
                  .formatted(ratio(iops, size), max));
      case InvalidConfig.ThroughputTooHigh(_, var throughput, var max) ->
          Refusal.value(
              "Volume throughput of %d is too high; maximum is %d".formatted(throughput, max));
      case InvalidConfig.ThroughputTooLow(_, var throughput, var min) ->
          Refusal.value(
              "Volume throughput of %d is too low; minimum is %d".formatted(throughput, min));
      case InvalidConfig.ThroughputPerIops(_, var throughput, var iops) ->
          Refusal.value(
              ("Throughput (MiBps) to iops ratio of %s is too high; maximum is 0.250000 MiBps per"
                      + " iops")
                  .formatted(ratio(throughput, iops)));
      case InvalidConfig.UnknownType _,
          InvalidConfig.NotForType _,
          InvalidConfig.RequiredForType _,
          InvalidConfig.CannotDecrypt _,
          InvalidConfig.SmallerThanSource _,
          InvalidConfig.Shrinks _,
          InvalidConfig.NothingToModify _,
          InvalidConfig.Io1MultiAttach _ ->
          throw new AssertionError("not a matter of range: " + wrong);
    };
  }

  private static Refusal io2() {
    return Refusal.combination(
        "io2 volumes configured with greater than 64 TiB or 256K IOPS or 1000:1 IOPS:GB ratio are"
            + " not supported");
  }

  private static String ratio(long above, long below) {
    return String.format(Locale.ROOT, "%.6f", (double) above / Math.max(1, below));
  }
}
