package stowage.aws;

import java.util.Locale;
import stowage.base.StowageException;
import stowage.cloud.DryRun;
import stowage.cloud.Held;
import stowage.cloud.Invalid;
import stowage.cloud.InvalidBlock;
import stowage.cloud.InvalidConfig;
import stowage.cloud.InvalidPlace;
import stowage.cloud.InvalidQuery;
import stowage.cloud.NoSuch;
import stowage.cloud.NotNow;
import stowage.cloud.Repeated;
import stowage.cloud.Rule;
import stowage.cloud.TooMuch;

/**
 * How each broken rule and each failure is told in the EC2 API. Stock clients read codes and texts:
 * they look for "already in use", for "maximum is (\d+)", for the state in a detach's error. Where
 * they do, the text is EC2's; it may say more after that.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">EC2
 *     error codes</a>
 */
final class Ec2Errors {
  private Ec2Errors() {}

  /** A broken rule. */
  static Refusal of(Rule rule) {
    return switch (rule) {
      case DryRun _ ->
          new Refusal(
              412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
      case Held held -> held(held);
      case Invalid invalid -> invalid(invalid);
      case NoSuch missing -> missing(missing);
      case NotNow notNow -> notNow(notNow);
      case Repeated repeated ->
          new Refusal(
              "IdempotentParameterMismatch",
              switch (repeated) {
                case Repeated.OtherParameters _ ->
                    "Parameters on this idempotent request are inconsistent with parameters used"
                        + " in previous request(s).";
                case Repeated.Deleted(var token, var id) ->
                    ("The client token '%s' is associated with resource '%s' which has already"
                            + " been deleted. Please use a different client token.")
                        .formatted(token, id);
              });
      case TooMuch tooMuch -> tooMuch(tooMuch);
    };
  }

  /** Any other failure of the region. */
  static Refusal of(StowageException failure) {
    String text = String.valueOf(failure.getMessage());
    return switch (failure) {
      case StowageException.NotFound _, StowageException.InvalidArgument _ -> Refusal.value(text);
      case StowageException.AlreadyExists _ -> new Refusal("IdempotentParameterMismatch", text);
      case StowageException.InUse _ -> new Refusal("VolumeInUse", text);
      case StowageException.WrongState _ -> new Refusal("IncorrectState", text);
      case StowageException.Denied _ -> new Refusal(403, "UnauthorizedOperation", text);
      case StowageException.LimitExceeded _ -> new Refusal("VolumeLimitExceeded", text);
      case StowageException.Unsupported _ -> Refusal.unsupported(text);
      case StowageException.Unavailable _ -> new Refusal(503, "Unavailable", text);
      case StowageException.Corrupt _, StowageException.Failed _ ->
          new Refusal(500, "InternalError", text);
    };
  }

  /** A request that is not let in. */
  static Refusal of(SignatureWrong wrong) {
    String text = wrong.getMessage();
    return switch (wrong.kind()) {
      case MISSING -> new Refusal(401, "MissingAuthenticationToken", text);
      case INCOMPLETE -> new Refusal("IncompleteSignature", text);
      case UNKNOWN_KEY -> new Refusal(401, "AuthFailure", text);
      case MISMATCH -> new Refusal(403, "SignatureDoesNotMatch", text);
      case EXPIRED -> new Refusal("InvalidSecurity.RequestHasExpired", text);
    };
  }

  private static Refusal held(Held held) {
    return switch (held) {
      case Held.AlreadyAttached(var volume, _, _) ->
          new Refusal("VolumeInUse", volume + " is already attached to an instance");
      case Held.StillAttached(var volume, var instances) ->
          new Refusal(
              "VolumeInUse",
              "Volume %s is currently attached to %s"
                  .formatted(volume, String.join(", ", instances)));
      // Not IncorrectState: the CSI driver takes that for "detached already".
      case Held.DeviceBusy busy -> new Refusal("VolumeInUse", busy.message());
      case Held.DeviceTaken(var device, _, _) ->
          Refusal.value(
              "Invalid value '%s' for unixDevice. Attachment point %s is already in use"
                  .formatted(device, device));
      case Held.SnapshotNeeded(var snapshot, var by) ->
          new Refusal(
              "InvalidSnapshot.InUse",
              "The snapshot %s is currently in use by %s".formatted(snapshot, by));
      case Held.InstanceHasVolumes has -> new Refusal("IncorrectInstanceState", has.message());
    };
  }

  private static Refusal invalid(Invalid invalid) {
    return switch (invalid) {
      case Invalid.Id id -> id(id);
      case Invalid.Value(var parameter, var value, var wanted) ->
          Refusal.value(
              "Value (%s) for parameter %s is invalid. Expected: %s."
                  .formatted(value, parameter, wanted));
      case Invalid.Missing(var parameter) -> Refusal.missing(parameter);
      case Invalid.Together(var first, var second) ->
          Refusal.combination(
              "%s and %s can't be used together. Specify only one of these parameters."
                  .formatted(first, second));
      case Invalid.Needs(var parameter, var other) ->
          new Refusal(
              "InvalidParameterDependency",
              "The parameter %s requires the parameter %s to be set.".formatted(parameter, other));
      case InvalidConfig config -> Ec2ConfigErrors.of(config);
      case InvalidPlace place -> place(place);
      case InvalidQuery query -> query(query);
      case InvalidBlock block -> Refusal.value(block.message());
    };
  }

  private static Refusal id(Invalid.Id id) {
    if (!id.prefixed()) {
      return Refusal.value(
          "Value (%s) for parameter %s is invalid. Expected: '%s...'."
              .formatted(id.value(), id.parameter(), id.prefix()));
    }
    return switch (id.prefix()) {
      case "vol-" ->
          new Refusal(
              "InvalidVolumeID.Malformed",
              "Value ( %s ) for parameter VOLUME is invalid. ".formatted(id.value()));
      case "snap-" ->
          new Refusal("InvalidSnapshotID.Malformed", "Invalid id: \"%s\"".formatted(id.value()));
      default ->
          new Refusal("InvalidInstanceID.Malformed", "Invalid id: \"%s\"".formatted(id.value()));
    };
  }

  private static Refusal place(InvalidPlace place) {
    return switch (place) {
      case InvalidPlace.ZoneMismatch(var volume, var zone, var instance, var other) ->
          new Refusal(
              "InvalidVolume.ZoneMismatch",
              ("The volume '%s' is not in the same availability zone as instance '%s'. The volume"
                      + " is in %s, the instance in %s; to move it: stowage ebs move %s --zone %s")
                  .formatted(volume, instance, zone, other, volume, other));
      case InvalidPlace.HostElsewhere elsewhere -> Refusal.value(elsewhere.message());
      case InvalidPlace.DeviceName(var device) ->
          Refusal.value(
              "Value (%s) for parameter device is invalid. %s is not a valid EBS device name."
                  .formatted(device, device));
    };
  }

  private static Refusal query(InvalidQuery query) {
    return switch (query) {
      case InvalidQuery.UnknownFilter(var name, var known) ->
          Refusal.value("The filter '%s' is invalid. Filters here: %s".formatted(name, known));
      case InvalidQuery.EmptyFilter(var name) ->
          Refusal.value("The filter '%s' has no value".formatted(name));
      case InvalidQuery.PageToken _ -> Refusal.value("Unable to parse pagination token");
      case InvalidQuery.Results(var value, var min, var max) ->
          Refusal.value(
              "Value ( %d ) for parameter maxResults is invalid. Expecting a value from %d to %d."
                  .formatted(value, min, max));
      case InvalidQuery.IdsWithResults(var parameter) ->
          Refusal.combination(
              "The parameter %s cannot be used with the parameter maxResults".formatted(parameter));
    };
  }

  private static Refusal missing(NoSuch missing) {
    String id = missing.id();
    return switch (missing) {
      case NoSuch.Volume _ ->
          new Refusal("InvalidVolume.NotFound", "The volume '%s' does not exist.".formatted(id));
      case NoSuch.Snapshot _ ->
          new Refusal(
              "InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.".formatted(id));
      case NoSuch.Machine _ ->
          new Refusal(
              "InvalidInstanceID.NotFound", "The instance ID '%s' does not exist".formatted(id));
      case NoSuch.AvailabilityZone _ ->
          new Refusal("InvalidZone.NotFound", "The zone '%s' does not exist.".formatted(id));
      case NoSuch.OtherRegion _ -> Refusal.value("Invalid region: '%s'".formatted(id));
      case NoSuch.Key _ ->
          new Refusal("InvalidKmsKey.NotFound", "The key '%s' does not exist.".formatted(id));
      case NoSuch.SuchAttachment(_, var instance, var device) ->
          new Refusal(
              "InvalidAttachment.NotFound",
              "The volume '%s' is not attached%s%s"
                  .formatted(
                      id,
                      instance.map(at -> " to instance '" + at + "'").orElse(""),
                      device.map(at -> " as device " + at).orElse("")));
      case NoSuch.ModificationOf _ ->
          new Refusal(
              "InvalidVolumeModification.NotFound",
              "Modification for volume '%s' does not exist.".formatted(id));
      case NoSuch.MoveOf move -> Refusal.value(move.message());
      case NoSuch.Taggable _ -> new Refusal("InvalidID", "The ID '%s' is not valid".formatted(id));
    };
  }

  private static Refusal notNow(NotNow notNow) {
    return switch (notNow) {
      case NotNow.VolumeState(var volume, _, var wanted) ->
          new Refusal("IncorrectState", "%s is not '%s'.".formatted(volume, wanted));
      case NotNow.NotAttached(var volume, var state) ->
          new Refusal(
              "IncorrectState", "Volume '%s' is in the '%s' state.".formatted(volume, state));
      case NotNow.InstanceState(var instance, _, var wanted) ->
          new Refusal(
              "IncorrectInstanceState", "Instance '%s' is not '%s'.".formatted(instance, wanted));
      case NotNow.SnapshotState(_, var state, _) ->
          new Refusal("IncorrectState", "Snapshot is in invalid state - %s".formatted(state));
      case NotNow.ModificationRunning(var volume, var state) ->
          new Refusal(
              "IncorrectModificationState",
              "Volume %s cannot be modified in modification state %s"
                  .formatted(volume, state.toUpperCase(Locale.ROOT)));
      case NotNow.ModifiedTooOften(_, _, var until) ->
          new Refusal(
              "VolumeModificationRateExceeded",
              ("You've reached the maximum modification rate per volume limit. Wait until %s"
                      + " before you can issue the next modification request for this volume.")
                  .formatted(Xml.time(until)));
      case NotNow.IoEnabled(var volume) ->
          new Refusal("IncorrectState", "Volume %s already has IO enabled.".formatted(volume));
      case NotNow.MultiAttachWhileAttached at -> new Refusal("IncorrectState", at.message());
      case NotNow.Moving moving -> new Refusal("IncorrectState", moving.message());
    };
  }

  private static Refusal tooMuch(TooMuch tooMuch) {
    String code =
        switch (tooMuch) {
          case TooMuch.Attachments _, TooMuch.Instances _ -> "AttachmentLimitExceeded";
          case TooMuch.PendingSnapshots _ -> "ConcurrentSnapshotLimitExceeded";
          case TooMuch.TagsOf _ -> "TagLimitExceeded";
          case TooMuch.Filters _ -> "FilterLimitExceeded";
        };
    return new Refusal(code, tooMuch.message());
  }
}
