package stowage.blockd;

import java.util.Map;
import stowage.base.JsonObject;
import stowage.base.Resource;
import stowage.base.StowageException;

/** A failure on its way from a zone's server to a client: its kind and its message. */
final class ZoneFailure {
  private ZoneFailure() {}

  static Map<String, Object> of(StowageException failure) {
    return Map.of("error", kind(failure), "message", String.valueOf(failure.getMessage()));
  }

  private static String kind(StowageException failure) {
    return switch (failure) {
      case StowageException.NotFound _ -> "NotFound";
      case StowageException.AlreadyExists _ -> "AlreadyExists";
      case StowageException.InUse _ -> "InUse";
      case StowageException.WrongState _ -> "WrongState";
      case StowageException.InvalidArgument _ -> "InvalidArgument";
      case StowageException.Denied _ -> "Denied";
      case StowageException.LimitExceeded _ -> "LimitExceeded";
      case StowageException.Unsupported _ -> "Unsupported";
      case StowageException.Unavailable _ -> "Unavailable";
      case StowageException.Corrupt _ -> "Corrupt";
      case StowageException.Failed _ -> "Failed";
    };
  }

  /** The failure again; {@code id} is what the request was about. */
  static StowageException read(JsonObject body, String id) {
    String message = body.string("message", "");
    return switch (body.required("error")) {
      case "NotFound" -> new StowageException.NotFound(Resource.VOLUME, id, message);
      case "AlreadyExists" -> new StowageException.AlreadyExists(message);
      case "InUse" -> new StowageException.InUse(message);
      case "WrongState" -> new StowageException.WrongState(message);
      case "InvalidArgument" -> new StowageException.InvalidArgument(message);
      case "Denied" -> new StowageException.Denied(message);
      case "LimitExceeded" -> new StowageException.LimitExceeded(message, null);
      case "Unsupported" -> new StowageException.Unsupported(message);
      case "Unavailable" -> new StowageException.Unavailable(message, null);
      case "Corrupt" -> new StowageException.Corrupt(message, null);
      default -> new StowageException.Failed(message, null);
    };
  }
}
