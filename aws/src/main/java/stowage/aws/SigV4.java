package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stowage.aws.SignatureWrong.Kind;
import stowage.base.Time;

/**
 * Verifies Signature Version 4: that a request was made by who has the secret key, not long ago,
 * and arrived as it was sent.
 *
 * <p>The signature covers method, path, query, the headers it names, and the body by its hash.
 * {@code host} and every {@code x-amz-} header must be among those named. A body may be left out
 * ({@code UNSIGNED-PAYLOAD}) only where the caller says that something else vouches for it. A
 * request is good from five minutes before to five minutes after its date, and a presigned one
 * until it expires; within that time it may come again, as clients that retry send it.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv4.html">Signature
 *     Version 4</a>
 */
final class SigV4 {
  /** How far a client's clock may be off, and how long a request stays good. */
  static final Duration SKEW_MAX = Duration.ofMinutes(5);

  /** Header and query parameter names of presigned requests, none of which is the action's. */
  static final String PRESIGNED_PREFIX = "X-Amz-";

  static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  private final Map<String, byte[]> secrets = new LinkedHashMap<>();
  private final Time time;

  /** Lets in who signs with one of {@code credentials}; if there are none, everybody. */
  SigV4(List<Credentials> credentials, Time time) {
    for (var each : credentials) {
      secrets.put(each.accessKeyId(), ("AWS4" + each.secretAccessKey()).getBytes(UTF_8));
    }
    this.time = time;
  }

  /**
   * Verifies {@code request}.
   *
   * @param service that the request is for, {@code ec2} or {@code ebs}
   * @param unsignedPayload whether its body may be left out of the signature
   * @throws SignatureWrong if it is not let in
   */
  void verify(Incoming request, String service, boolean unsignedPayload) {
    if (secrets.isEmpty()) {
      return;
    }
    Signature signature = Signature.of(request);
    byte[] secret = secrets.get(signature.accessKey());
    if (secret == null) {
      throw new SignatureWrong(
          Kind.UNKNOWN_KEY, "AWS was not able to validate the provided access credentials");
    }
    if (!signature.service().equals(service)) {
      throw new SignatureWrong(
          Kind.INCOMPLETE,
          "Credential should be scoped to correct service: '%s'".formatted(service));
    }
    checkTime(signature);
    checkCovered(request, signature);
    String payload = payloadHash(request, signature, unsignedPayload);
    String toSign =
        "%s\n%s\n%s\n%s"
            .formatted(
                Signature.ALGORITHM,
                signature.date(),
                signature.scope(),
                Hashes.hex(Hashes.sha256(canonical(request, signature, payload).getBytes(UTF_8))));
    byte[] key = Hashes.hmac(secret, signature.day());
    key = Hashes.hmac(key, signature.region());
    key = Hashes.hmac(key, signature.service());
    key = Hashes.hmac(key, Signature.TERMINATOR);
    byte[] expected = Hashes.hex(Hashes.hmac(key, toSign)).getBytes(UTF_8);
    // Takes as long whichever byte differs, so that nobody finds the signature byte by byte.
    if (!MessageDigest.isEqual(expected, signature.signature().getBytes(UTF_8))) {
      throw mismatch();
    }
  }

  private static SignatureWrong mismatch() {
    return new SignatureWrong(
        Kind.MISMATCH,
        "The request signature we calculated does not match the signature you provided. Check"
            + " your AWS Secret Access Key and signing method. Consult the service documentation"
            + " for details.");
  }

  private void checkTime(Signature signature) {
    Instant now = time.now();
    Instant made = signature.instant();
    Duration good = signature.expires().orElse(SKEW_MAX);
    if (now.isBefore(made.minus(SKEW_MAX)) || now.isAfter(made.plus(good))) {
      throw new SignatureWrong(
          Kind.EXPIRED,
          signature.expires().isPresent()
              ? "Request has expired. The request was signed at %s, now it is %s."
                  .formatted(made, now)
              : "The difference between the request timestamp (%s) and the AWS server time (%s)"
                      .formatted(made, now)
                  + " is greater than 5 minutes.");
    }
  }

  private static void checkCovered(Incoming request, Signature signature) {
    if (!signature.headers().contains("host")) {
      throw new SignatureWrong(Kind.INCOMPLETE, "'Host' must be a 'SignedHeader'");
    }
    for (String name : request.headers().keySet()) {
      if (name.startsWith("x-amz-") && !signature.headers().contains(name)) {
        throw new SignatureWrong(Kind.INCOMPLETE, "'%s' must be a 'SignedHeader'".formatted(name));
      }
    }
  }

  private static String payloadHash(
      Incoming request, Signature signature, boolean unsignedPayload) {
    Optional<String> said = request.header("x-amz-content-sha256");
    if (said.isPresent() && said.get().equals(UNSIGNED_PAYLOAD) && unsignedPayload) {
      return UNSIGNED_PAYLOAD;
    }
    String hash = Hashes.hex(Hashes.sha256(request.body()));
    if (said.isPresent() && !said.get().equals(hash)) {
      if (said.get().startsWith("STREAMING-") || said.get().equals(UNSIGNED_PAYLOAD)) {
        throw new SignatureWrong(
            Kind.INCOMPLETE,
            "x-amz-content-sha256 '%s' is not accepted here, sign the body".formatted(said.get()));
      }
      throw mismatch();
    }
    return hash;
  }

  private static String canonical(Incoming request, Signature signature, String payload) {
    var text = new StringBuilder();
    text.append(request.method()).append('\n');
    text.append(Percent.encode(request.path(), true)).append('\n');
    text.append(canonicalQuery(request.query())).append('\n');
    for (String name : signature.headers()) {
      text.append(name).append(':').append(canonicalHeader(request, name)).append('\n');
    }
    text.append('\n').append(String.join(";", signature.headers()));
    text.append('\n').append(payload);
    return text.toString();
  }

  /** Decoded and encoded anew, so that one meaning has one form. */
  private static String canonicalQuery(String query) {
    record Encoded(String name, String value) {}
    var pairs = new ArrayList<Encoded>();
    for (var pair : Form.parse(query).pairs()) {
      if (!pair.name().equals(Signature.PRESIGNED_SIGNATURE)) {
        pairs.add(
            new Encoded(Percent.encode(pair.name(), false), Percent.encode(pair.value(), false)));
      }
    }
    pairs.sort(Comparator.comparing(Encoded::name).thenComparing(Encoded::value));
    return pairs.stream()
        .map(pair -> pair.name() + "=" + pair.value())
        .collect(Collectors.joining("&"));
  }

  private static String canonicalHeader(Incoming request, String name) {
    List<String> values = request.headers().get(name);
    if (values == null) {
      // Proxies take some headers away; a signature over one that is gone is not this request's.
      throw mismatch();
    }
    return values.stream()
        .map(value -> value.strip().replaceAll("[ \t]+", " "))
        .collect(Collectors.joining(","));
  }
}
