package stowage.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps web pages out of a server on a loopback port. A page may send requests to 127.0.0.1, and by
 * DNS rebinding even read the answers; but its Origin, or the Host it believes to talk to, is not
 * this machine.
 */
final class Origins {
  private Origins() {}

  /** Why the request is not from this machine's own clients, if it is not. */
  static Optional<String> foreign(Request request) {
    String host = request.header("Host").orElse("");
    if (!isLocal(withoutPort(host))) {
      return Optional.of("Host '%s' is not a name of this machine's loopback".formatted(host));
    }
    return request
        .header("Origin")
        .filter(origin -> !isLocal(hostOf(origin)))
        .map(origin -> "requests from web pages are refused, this one is of " + origin);
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static String hostOf(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException notAnUrl) {
      return "";
    }
  }

  private static boolean isLocal(String host) {
    return switch (host.toLowerCase(Locale.ROOT)) {
      case "localhost", "[::1]", "::1", "api.moby.localhost" -> true;
      case String name -> name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    };
  }
}
