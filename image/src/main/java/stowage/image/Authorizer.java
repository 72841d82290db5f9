package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * Turns credentials into the {@code Authorization} one registry asks for: basic, or a bearer token
 * from the token server it names. Tokens are kept until shortly before they end.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token
 *     authentication</a>
 */
final class Authorizer {
  private static final int TOKEN_ANSWER_MAX = 1 << 20;
  private static final Duration LIFE_MIN = Duration.ofSeconds(60);
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,65536}");

  private final Wire wire;
  private final URI registry;
  private final RegistryAuth auth;
  private Optional<Challenge> challenge = Optional.empty(); // guarded by this
  private final Map<String, Token> tokens = new HashMap<>(); // guarded by this
  private String identityToken = ""; // guarded by this

  private record Token(String header, long endNanos) {}

  Authorizer(Wire wire, URI registry, RegistryAuth auth) {
    this.wire = wire;
    this.registry = registry;
    this.auth = auth;
  }

  /** The header for a request that needs {@code scopes}; none while the registry asks for none. */
  synchronized Optional<String> header(List<String> scopes) throws IOException {
    if (!auth.registryToken().isEmpty()) {
      return Optional.of("Bearer " + checked(auth.registryToken()));
    }
    if (challenge.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        challenge.get().scheme().equals("basic") ? basic() : bearer(challenge.get(), scopes));
  }

  /**
   * Learns from a 401.
   *
   * @return whether asking again may help
   */
  synchronized boolean learn(Answer refused, List<String> scopes) {
    var offered = Challenge.parse(refused.headers().allValues("WWW-Authenticate"));
    for (var scheme : List.of("bearer", "basic")) {
      for (var one : offered) {
        if (one.scheme().equals(scheme)) {
          challenge = Optional.of(one);
          tokens.remove(key(scopes));
          return auth.registryToken().isEmpty();
        }
      }
    }
    return false;
  }

  /** The refresh token the token server gave, empty if none. */
  synchronized String identityToken() {
    return identityToken;
  }

  private static String key(List<String> scopes) {
    return String.join(" ", scopes);
  }

  private String basic() throws IOException {
    if (auth.username().isEmpty()) {
      throw new RegistryRefusal(401, "UNAUTHORIZED", "no basic auth credentials");
    }
    var pair = auth.username() + ":" + auth.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private String bearer(Challenge asked, List<String> scopes) throws IOException {
    var known = tokens.get(key(scopes));
    if (known != null && wire.time().nanos() - known.endNanos() < 0) {
      return known.header();
    }
    URI realm = realm(asked.parameter("realm"));
    try (var answer = wire.send(tokenCall(realm, asked.parameter("service"), scopes))) {
      if (!answer.isOk()) {
        throw answer.refusal();
      }
      var token = token(answer.bytes(TOKEN_ANSWER_MAX, "token"));
      tokens.put(key(scopes), token);
      return token.header();
    }
  }

  /** Where to get a token: over TLS, or on the registry's own host when that is plain itself. */
  private URI realm(String text) throws Answer.Lie {
    URI realm = Wire.resolve(registry, text.isEmpty() ? ":" : text);
    boolean plainToo =
        registry.getScheme().equals("http") && registry.getHost().equals(realm.getHost());
    if (!realm.getScheme().equals("https") && !plainToo) {
      throw new Answer.Lie("token server without TLS refused: " + realm.getHost());
    }
    return realm;
  }

  private Wire.Call tokenCall(URI realm, String service, List<String> scopes) throws Answer.Lie {
    if (!auth.identityToken().isEmpty()) {
      var form =
          Map.of(
              "grant_type", "refresh_token",
              "service", service,
              "client_id", "stowage",
              "scope", key(scopes),
              "refresh_token", auth.identityToken());
      var body =
          form.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(e -> e.getKey() + "=" + encoded(e.getValue()))
              .collect(Collectors.joining("&"));
      var headers = Map.of("Content-Type", "application/x-www-form-urlencoded");
      return new Wire.Call(
          "POST", realm, headers, Optional.empty(), () -> BodyPublishers.ofString(body));
    }
    var query = new StringBuilder(realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&");
    query.append("service=").append(encoded(service));
    scopes.forEach(scope -> query.append("&scope=").append(encoded(scope)));
    Optional<String> credentials = Optional.empty();
    if (!auth.username().isEmpty()) {
      query.append("&account=").append(encoded(auth.username()));
      query.append("&client_id=stowage&offline_token=true");
      var pair = auth.username() + ":" + auth.password();
      credentials =
          Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    // Not URI.resolve: that takes the path's last part away.
    String at = realm.toString().replaceFirst("[?#].*", "");
    return Wire.Call.get(Wire.resolve(realm, at + "?" + query), Map.of()).with(credentials);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private Token token(byte[] answer) throws IOException {
    try {
      JsonObject json = Json.object(answer, "token");
      var token = checked(json.string("token").or(() -> json.string("access_token")).orElse(""));
      identityToken = json.string("refresh_token", "");
      long seconds = Math.clamp(json.number("expires_in", 0), LIFE_MIN.toSeconds(), 86_400);
      // A little early, so that a request under way does not meet its end.
      long life = Duration.ofSeconds(seconds).minusSeconds(10).toNanos();
      return new Token("Bearer " + token, wire.time().nanos() + life);
    } catch (StowageException.InvalidArgument e) {
      throw new Answer.Lie("token server: " + RegistryRefusal.plain(e.getMessage()));
    }
  }

  /** A token goes into a header: nothing in it may end that line. The token is never told. */
  private static String checked(String token) throws Answer.Lie {
    if (!TOKEN.matcher(token).matches()) {
      throw new Answer.Lie("token server: no usable token in its answer");
    }
    return token;
  }
}
