package stowage.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import stowage.base.Time;

/**
 * HTTP to strangers: redirects followed by hand, failures tried again, bodies guarded.
 *
 * <p>A credential goes to the origin (scheme, host and port) it is for and nowhere else, whatever
 * the answers say. A redirect never leads from https to http, nor from another machine to this
 * one's loopback or link-local addresses, where clouds answer with secrets.
 */
final class Wire {
  private static final int REDIRECTS_MAX = 10;

  private final HttpClient client;
  private final Patience patience;
  private final Time time;

  Wire(HttpClient client, Patience patience, Time time) {
    this.client = client;
    this.patience = patience;
    this.time = time;
  }

  /**
   * A request that may be sent several times.
   *
   * @param authorization the header's value, for the origin of {@code uri} only
   * @param body makes the body anew for each try; null for none
   */
  record Call(
      String method,
      URI uri,
      Map<String, String> headers,
      Optional<String> authorization,
      Supplier<BodyPublisher> body) {
    static Call get(URI uri, Map<String, String> headers) {
      return new Call("GET", uri, headers, Optional.empty(), null);
    }

    Call with(Optional<String> newAuthorization) {
      return new Call(method, uri, headers, newAuthorization, body);
    }
  }

  Patience patience() {
    return patience;
  }

  Time time() {
    return time;
  }

  HttpClient client() {
    return client;
  }

  /** Sends until an answer is worth having; 429 and 5xx are given back only after all tries. */
  Answer send(Call call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt >= patience.attempts();
      Duration asked = Duration.ZERO;
      try {
        Answer answer = follow(call);
        if (last || !isPassing(answer.status())) {
          return answer;
        }
        asked = retryAfter(answer);
        answer.close();
      } catch (UnknownHostException | Answer.Lie | SSLException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (last) {
          throw e;
        }
      }
      pause(attempt + 1, asked);
    }
  }

  void pause(int next, Duration asked) throws IOException {
    try {
      patience.pause(next, asked);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  private static boolean isPassing(int status) {
    return status == 429 || status == 500 || (status >= 502 && status <= 504);
  }

  private Duration retryAfter(Answer answer) {
    var text = answer.header("Retry-After").orElse("0").strip();
    try {
      return Duration.ofSeconds(Math.max(0, Math.min(Long.parseLong(text), 86_400)));
    } catch (NumberFormatException notSeconds) {
      return untilDate(text);
    }
  }

  private Duration untilDate(String text) {
    try {
      var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      var left = Duration.between(time.now(), date);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException notDate) {
      return Duration.ZERO;
    }
  }

  /** Sends once, following redirects. */
  Answer follow(Call call) throws IOException {
    URI at = call.uri();
    for (int hops = 0; ; hops++) {
      Answer answer = once(call, at);
      if (!isRedirect(answer.status()) || call.body() != null) {
        return answer;
      }
      var location = answer.header("Location").orElse("");
      answer.close();
      if (hops >= REDIRECTS_MAX) {
        throw new Answer.Lie("more than " + REDIRECTS_MAX + " redirects from " + call.uri());
      }
      at = redirect(at, location);
    }
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static URI redirect(URI from, String location) throws IOException {
    URI to = resolve(from, location);
    if (from.getScheme().equals("https") && !to.getScheme().equals("https")) {
      throw new Answer.Lie("redirect from https to " + to.getScheme() + " refused");
    }
    if (!to.getHost().equals(from.getHost())) {
      requireElsewhere(to.getHost(), from.getHost());
    }
    return to;
  }

  private static void requireElsewhere(String host, String from) throws Answer.Lie {
    boolean fromHere = Address.of(from).contains(Address.LOOPBACK);
    var to = Address.of(host);
    if (to.contains(Address.LINK_LOCAL) || (to.contains(Address.LOOPBACK) && !fromHere)) {
      throw new Answer.Lie("redirect to this machine's own address refused: " + host);
    }
  }

  /** What {@code location} names, seen from {@code from}; only http and https with a host. */
  static URI resolve(URI from, String location) throws Answer.Lie {
    try {
      URI to = from.resolve(URI.create(location));
      boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
      if (!location.isEmpty() && web && to.getHost() != null && to.getRawUserInfo() == null) {
        return to;
      }
    } catch (IllegalArgumentException notUri) {
      throw new Answer.Lie("bad Location '" + RegistryRefusal.plain(location) + "'");
    }
    throw new Answer.Lie("bad Location '" + RegistryRefusal.plain(location) + "'");
  }

  private enum Address {
    LOOPBACK,
    LINK_LOCAL,
    OTHER;

    static Set<Address> of(String host) {
      var kinds = EnumSet.noneOf(Address.class);
      try {
        for (var address : InetAddress.getAllByName(host)) {
          kinds.add(
              address.isLoopbackAddress() || address.isAnyLocalAddress()
                  ? LOOPBACK
                  : address.isLinkLocalAddress() ? LINK_LOCAL : OTHER);
        }
      } catch (UnknownHostException onlyTheProxyKnows) {
        kinds.add(OTHER);
      }
      return kinds;
    }
  }

  static boolean isSameOrigin(URI a, URI b) {
    return a.getScheme().equals(b.getScheme())
        && a.getHost().toLowerCase(Locale.ROOT).equals(b.getHost().toLowerCase(Locale.ROOT))
        && port(a) == port(b);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equals("https") ? 443 : 80;
  }

  /** The request for {@code at}, with the credential only if that is where it belongs. */
  HttpRequest.Builder request(Call call, URI at) throws Answer.Lie {
    try {
      var request = HttpRequest.newBuilder(at).setHeader("User-Agent", "stowage");
      call.headers().forEach(request::setHeader);
      if (isSameOrigin(call.uri(), at)) {
        call.authorization().ifPresent(value -> request.setHeader("Authorization", value));
      }
      return request.method(
          call.method(),
          call.body() == null ? HttpRequest.BodyPublishers.noBody() : call.body().get());
    } catch (IllegalArgumentException e) {
      throw new Answer.Lie("cannot ask for '" + RegistryRefusal.plain(at.toString()) + "'");
    }
  }

  private Answer once(Call call, URI at) throws IOException {
    // Having got all of a body, a registry may move it about before it answers.
    var timeout = call.body() == null ? patience.answer() : patience.answerToBody();
    var request = request(call, at).timeout(timeout).build();
    try {
      return answer(client.send(request, BodyHandlers.ofInputStream()));
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (IOException e) {
      throw explain(call.method(), at, e);
    }
  }

  Answer answer(HttpResponse<InputStream> response) {
    return new Answer(
        response.uri(),
        response.statusCode(),
        response.headers(),
        new GuardedStream(response.body(), patience, time));
  }

  /** The failure in the words Docker's daemon, and so its users, know it by. */
  static IOException explain(String method, URI at, IOException e) {
    String verb = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
    // Without its query, which may be a signature as good as a password.
    String head = "%s \"%s\": ".formatted(verb, at.toString().replaceFirst("[?].*", ""));
    String dial = "dial tcp " + at.getHost() + ":" + port(at) + ": ";
    IOException told =
        switch (e) {
          case ConnectException c when isUnresolved(c) ->
              new UnknownHostException(
                  head + "dial tcp: lookup " + at.getHost() + ": no such host");
          case HttpConnectTimeoutException t -> new IOException(head + dial + "i/o timeout");
          case ConnectException c ->
              new ConnectException(head + dial + "connect: connection refused");
          case HttpTimeoutException t ->
              new IOException(head + "timeout exceeded while awaiting headers");
          case SSLException s -> new SSLException(head + "tls: " + s.getMessage());
          case IOException other ->
              new IOException(head + Optional.ofNullable(other.getMessage()).orElse("cut"));
        };
    told.initCause(e);
    return told;
  }

  private static boolean isUnresolved(Throwable e) {
    return e instanceof UnresolvedAddressException
        || (e.getCause() != null && isUnresolved(e.getCause()));
  }
}
