package stowage.image;

import java.io.IOException;
import java.util.Locale;
import stowage.base.Json;
import stowage.base.StowageException;

/**
 * A registry's answer that says no.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">
 *     Error codes</a>
 */
final class RegistryRefusal extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int TEXT_MAX = 500;

  private final int status;
  private final String code;

  RegistryRefusal(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Reads the error document, as far as there is one. */
  static RegistryRefusal of(int status, byte[] body) {
    try {
      var errors = Json.object(body, "error").objects("errors");
      if (!errors.isEmpty()) {
        var code = plain(errors.getFirst().string("code", "UNKNOWN"));
        var words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
        var message = plain(errors.getFirst().string("message", words));
        return new RegistryRefusal(status, code, words + ": " + message);
      }
    } catch (StowageException.InvalidArgument notTheDocument) {
      // Proxies and broken registries answer anything; the status says enough.
      return unexpected(status);
    }
    return unexpected(status);
  }

  private static RegistryRefusal unexpected(int status) {
    String code =
        switch (status) {
          case 401 -> "UNAUTHORIZED";
          case 403 -> "DENIED";
          case 429 -> "TOOMANYREQUESTS";
          default -> "UNKNOWN";
        };
    String message =
        switch (status) {
          case 401 -> "unauthorized: authentication required";
          case 403 -> "denied: requested access to the resource is denied";
          case 429 -> "toomanyrequests: too many requests";
          default -> "received unexpected HTTP status: " + status;
        };
    return new RegistryRefusal(status, code, message);
  }

  int status() {
    return status;
  }

  boolean is(String wanted) {
    return code.equals(wanted);
  }

  /** What a stranger sent, fit for a log line and a terminal. */
  static String plain(String text) {
    var clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() > TEXT_MAX ? clean.substring(0, TEXT_MAX) + "..." : clean;
  }
}
