package stowage.docker;

import java.util.List;
import java.util.regex.Pattern;
import stowage.base.StowageException;

/** Turns the ways a request can fail into the Engine API's HTTP statuses. */
final class HttpErrors {
  private HttpErrors() {}

  /** A message whose status on dockerd 28 is not the one its kind has; clients know it so. */
  private record Recorded(Pattern route, Pattern message, int status) {
    Recorded(String route, String message, int status) {
      this(Pattern.compile(route), Pattern.compile(message), status);
    }
  }

  private static final List<Recorded> RECORDED =
      List.of(
          new Recorded("POST /containers/create", "invalid mode: .*", 500),
          new Recorded("POST /containers/create", "invalid volume specification: .*", 500),
          new Recorded("POST /containers/create", "Cannot mkdir: .*", 500),
          new Recorded("POST /containers/create", "Unknown option .*", 500),
          new Recorded("POST /containers/create", "--storage-opt is supported .*", 500),
          // A 404 would make the client pull the main image and try again.
          new Recorded("POST /containers/create", "No such container: .*", 400),
          new Recorded("POST /containers/create", ".*volume plugin.*", 400),
          new Recorded("POST /containers/[^/]+/start", "unable to find (user|group) .*", 500),
          new Recorded("POST /containers/[^/]+/start", "invalid tmpfs option .*", 500),
          new Recorded("POST /containers/[^/]+/start", "error while mounting volume .*", 500),
          new Recorded("POST /containers/[^/]+/unpause", "Container .* is not paused", 500),
          new Recorded("POST /containers/[^/]+/start", "cannot access path .*", 404),
          new Recorded("POST /containers/[^/]+/rename", "Renaming a container with .*", 400),
          new Recorded("PUT /containers/[^/]+/archive", ".* is outside of .*", 500),
          new Recorded("POST /images/create", "unexpected EOF", 500),
          new Recorded("POST /images/create", "pull access denied .*", 404),
          // At a 401 the client asks for a password, even where nobody is who could type one.
          new Recorded("POST /images/create", "no basic auth credentials.*", 500),
          new Recorded("POST /images/create", "unauthorized.*", 500));

  /** The status of a failed request; {@code route} is its method and path without version. */
  static int status(String route, StowageException failure) {
    String message = String.valueOf(failure.getMessage());
    return RECORDED.stream()
        .filter(r -> r.route.matcher(route).matches() && r.message.matcher(message).matches())
        .findFirst()
        .map(Recorded::status)
        .orElseGet(() -> status(failure));
  }

  private static int status(StowageException failure) {
    return switch (failure) {
      case StowageException.NotFound _ -> 404;
      case StowageException.AlreadyExists _, StowageException.InUse _ -> 409;
      case StowageException.WrongState _ -> 409;
      case StowageException.InvalidArgument _ -> 400;
      case StowageException.Denied _ -> 401;
      case StowageException.Unsupported _ -> 501;
      case StowageException.Unavailable _ -> 500; // dockerd's; 503 means "not a swarm manager"
      case StowageException.LimitExceeded _,
              StowageException.Corrupt _,
              StowageException.Failed _ ->
          500;
    };
  }
}
