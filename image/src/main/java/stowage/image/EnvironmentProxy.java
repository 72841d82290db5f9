package stowage.image;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the environment names, as other programs of the host use them: {@code
 * HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}, also in lower case. This host itself is never
 * asked for through a proxy. A proxy that wants a password is not supported.
 */
final class EnvironmentProxy extends ProxySelector {
  private final Optional<InetSocketAddress> https;
  private final Optional<InetSocketAddress> http;
  private final List<String> direct = new ArrayList<>();

  private EnvironmentProxy(Map<String, String> environment) {
    https = address(value(environment, "HTTPS_PROXY"));
    http = address(value(environment, "HTTP_PROXY"));
    for (var name : value(environment, "NO_PROXY").split("[\\s,]+")) {
      if (!name.isEmpty()) {
        direct.add(name.toLowerCase(Locale.ROOT));
      }
    }
  }

  static EnvironmentProxy of(Map<String, String> environment) {
    return new EnvironmentProxy(environment);
  }

  private static String value(Map<String, String> environment, String name) {
    var lower = environment.get(name.toLowerCase(Locale.ROOT));
    return lower != null ? lower : environment.getOrDefault(name, "");
  }

  private static Optional<InetSocketAddress> address(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      var uri = URI.create(text.contains("://") ? text : "http://" + text);
      int port = uri.getPort() < 0 ? 80 : uri.getPort();
      return Optional.ofNullable(uri.getHost())
          .map(host -> InetSocketAddress.createUnresolved(host, port));
    } catch (IllegalArgumentException notUri) {
      return Optional.empty();
    }
  }

  @Override
  public List<Proxy> select(URI uri) {
    var proxy = uri.getScheme().equals("https") ? https : http;
    if (proxy.isEmpty() || isDirect(uri)) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(new Proxy(Proxy.Type.HTTP, proxy.get()));
  }

  private boolean isDirect(URI uri) {
    var host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d+\\.\\d+\\.\\d+")
        || direct.stream().anyMatch(name -> matches(name, host, uri.getPort()));
  }

  /** "*", "host", "host:port", "domain" and ".domain" with all below it. */
  private static boolean matches(String name, String host, int port) {
    var bare = name.startsWith(".") ? name.substring(1) : name;
    return name.equals("*")
        || host.equals(bare)
        || host.endsWith("." + bare)
        || (host + ":" + port).equals(bare);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    System.getLogger("stowage.image")
        .log(
            System.Logger.Level.WARNING,
            "proxy.unreachable proxy={0} for={1}",
            address,
            uri.getHost());
  }
}
