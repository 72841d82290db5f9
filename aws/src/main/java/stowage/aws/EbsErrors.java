package stowage.aws;

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
 * How each broken rule and each failure is told in the EBS direct API: an exception's name, which
 * is the code, and mostly a reason.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/CommonErrors.html">EBS direct
 *     APIs, errors</a>
 */
final class EbsErrors {
  private static final String VALIDATION = "ValidationException";
  private static final String PARAMETER = "INVALID_PARAMETER_VALUE";

  private EbsErrors() {}

  /** A broken rule. */
  static Refusal of(Rule rule) {
    String text = rule.message();
    return switch (rule) {
      case Invalid invalid -> invalid(invalid);
      case NoSuch.Snapshot(var id) -> missing("The snapshot '%s' does not exist.".formatted(id));
      case NoSuch _ -> new Refusal(404, "ResourceNotFoundException", "", text);
      case NotNow.SnapshotState(_, var state, _) ->
          validation(
              "INVALID_SNAPSHOT_ID",
              state.equals("completed")
                  ? "Snapshot is already completed"
                  : "Snapshot is in invalid state - %s".formatted(state));
      case Repeated _ -> new Refusal(409, "ConflictException", "", text);
      case TooMuch.TagsOf _ -> validation("INVALID_TAG", text);
      case TooMuch _ -> new Refusal(400, "ConcurrentLimitExceededException", "", text);
      case NotNow _, Held _ -> new Refusal(409, "ConflictException", "", text);
      case DryRun _ -> throw new AssertionError("no request of this API is a trial");
    };
  }

  private static Refusal invalid(Invalid invalid) {
    String text = invalid.message();
    return switch (invalid) {
      case Invalid.Id _ -> validation("INVALID_SNAPSHOT_ID", text);
      case InvalidBlock block -> block(block);
      case InvalidConfig _ -> validation("INVALID_VOLUME_SIZE", text);
      case InvalidQuery.PageToken _ ->
          validation("INVALID_PAGE_TOKEN", "The page token is invalid or has expired.");
      case InvalidQuery _, InvalidPlace _ -> validation(PARAMETER, text);
      case Invalid.Value _, Invalid.Missing _, Invalid.Together _, Invalid.Needs _ ->
          validation(PARAMETER, text);
    };
  }

  private static Refusal block(InvalidBlock block) {
    return switch (block) {
      case InvalidBlock.BeyondEnd(_, var index, _) ->
          validation(
              "INVALID_BLOCK", "Block index %d is beyond the volume size extent".formatted(index));
      case InvalidBlock.Checksum(var computed, var expected) ->
          new Refusal(
              403,
              "InvalidSignatureException",
              "",
              ("The value passed in as x-amz-Checksum does not match the computed checksum."
                      + " Computed checksum: %s expected checksum: %s")
                  .formatted(computed, expected));
      case InvalidBlock.BlockToken(var token) ->
          validation("INVALID_BLOCK_TOKEN", "The block token %s is invalid.".formatted(token));
      case InvalidBlock.Length length -> validation(PARAMETER, length.message());
      case InvalidBlock.Unrelated(var first, var second) ->
          validation(
              "UNRELATED_SNAPSHOTS",
              "The snapshots %s and %s are not of one volume.".formatted(first, second));
    };
  }

  /** Any other failure of the region. */
  static Refusal of(StowageException failure) {
    String text = String.valueOf(failure.getMessage());
    return switch (failure) {
      case StowageException.NotFound _ -> missing(text);
      case StowageException.InvalidArgument _, StowageException.Unsupported _ ->
          validation(PARAMETER, text);
      case StowageException.AlreadyExists _,
          StowageException.InUse _,
          StowageException.WrongState _ ->
          new Refusal(409, "ConflictException", "", text);
      case StowageException.Denied _ -> new Refusal(403, "AccessDeniedException", "", text);
      case StowageException.LimitExceeded _ ->
          new Refusal(402, "ServiceQuotaExceededException", "", text);
      case StowageException.Unavailable _, StowageException.Corrupt _, StowageException.Failed _ ->
          new Refusal(500, "InternalServerException", "", text);
    };
  }

  /** A request that is not let in. */
  static Refusal of(SignatureWrong wrong) {
    String text = wrong.getMessage();
    return switch (wrong.kind()) {
      case MISSING -> new Refusal(403, "MissingAuthenticationTokenException", text);
      case INCOMPLETE -> new Refusal(400, "IncompleteSignatureException", text);
      case UNKNOWN_KEY -> new Refusal(403, "UnrecognizedClientException", text);
      case MISMATCH -> new Refusal(403, "InvalidSignatureException", text);
      case EXPIRED -> new Refusal(403, "InvalidSignatureException", "Signature expired: " + text);
    };
  }

  static Refusal parameter(String message) {
    return validation(PARAMETER, message);
  }

  static Refusal validation(String reason, String message) {
    return new Refusal(400, VALIDATION, reason, message);
  }

  private static Refusal missing(String message) {
    return new Refusal(404, "ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", message);
  }
}
