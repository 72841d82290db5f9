package stowage.aws;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.aws.SignatureWrong.Kind;

/**
 * What a request says of its own signature, in its Authorization header or, presigned, in its
 * query.
 *
 * @param day of the scope, {@code 20261123}
 * @param date as signed, {@code 20261123T030525Z}
 * @param headers signed, in lower case and sorted
 * @param signature 64 hex digits
 * @param expires how long after its date it is good; only a presigned request says it
 */
record Signature(
    String accessKey,
    String day,
    String region,
    String service,
    String date,
    List<String> headers,
    String signature,
    Optional<Duration> expires) {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String TERMINATOR = "aws4_request";
  static final String PRESIGNED_SIGNATURE = "X-Amz-Signature";

  private static final int EXPIRES_SECONDS_MAX = 7 * 24 * 3600;
  private static final int HEADERS_MAX = 100;
  private static final int AUTHORIZATION_CHARS_MAX = 8 << 10;
  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern HEADER = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  Signature {
    if (!SIGNATURE.matcher(signature).matches()) {
      throw incomplete("the signature is not 64 hex digits");
    }
    for (int i = 0; i < headers.size(); i++) {
      boolean ascends = i == 0 || headers.get(i - 1).compareTo(headers.get(i)) < 0;
      if (!ascends || !HEADER.matcher(headers.get(i)).matches()) {
        throw incomplete("SignedHeaders are not lower-case names in ascending order");
      }
    }
    if (!date.startsWith(day + "T")) {
      throw incomplete(
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP: '%s' != '%s'".formatted(day, date));
    }
  }

  /** The signature of {@code request}. */
  static Signature of(Incoming request) {
    var query = Form.parse(request.query());
    boolean presigned =
        query.pairs().stream().anyMatch(pair -> pair.name().equals(PRESIGNED_SIGNATURE));
    if (!request.headers().containsKey("authorization")) {
      if (presigned) {
        return presigned(query);
      }
      throw new SignatureWrong(
          Kind.MISSING, "Request is missing Authentication Token: it must be signed");
    }
    if (presigned) {
      throw incomplete("signed in its header and in its query");
    }
    return header(request);
  }

  private static Signature header(Incoming request) {
    String text =
        request
            .header("authorization")
            .filter(value -> value.length() <= AUTHORIZATION_CHARS_MAX)
            .orElse("");
    if (!text.startsWith(ALGORITHM + " ")) {
      throw incomplete("the Authorization header does not begin with '%s'".formatted(ALGORITHM));
    }
    var parts = new HashMap<String, String>();
    for (String part : text.substring(ALGORITHM.length()).split(",")) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw incomplete("a part of the Authorization header is not key=value");
      }
      String name = part.substring(0, equals).strip();
      if (parts.put(name, part.substring(equals + 1).strip()) != null) {
        throw incomplete("%s is given twice".formatted(name));
      }
    }
    String date = request.header("x-amz-date").orElse("");
    return of(
        parts.getOrDefault("Credential", ""),
        date,
        parts.getOrDefault("SignedHeaders", ""),
        parts.getOrDefault("Signature", ""),
        Optional.empty());
  }

  private static Signature presigned(Form query) {
    if (!query.only("X-Amz-Algorithm").equals(ALGORITHM)) {
      throw incomplete("X-Amz-Algorithm is not " + ALGORITHM);
    }
    String seconds = query.only("X-Amz-Expires");
    if (!seconds.matches("\\d{1,6}")
        || Integer.parseInt(seconds) < 1
        || Integer.parseInt(seconds) > EXPIRES_SECONDS_MAX) {
      throw incomplete("X-Amz-Expires is not a number of seconds from 1 to 604800");
    }
    return of(
        query.only("X-Amz-Credential"),
        query.only("X-Amz-Date"),
        query.only("X-Amz-SignedHeaders"),
        query.only(PRESIGNED_SIGNATURE),
        Optional.of(Duration.ofSeconds(Integer.parseInt(seconds))));
  }

  private static Signature of(
      String credential,
      String date,
      String headers,
      String signature,
      Optional<Duration> expires) {
    String[] scope = credential.split("/", -1);
    if (scope.length != 5 || !scope[4].equals(TERMINATOR)) {
      throw incomplete("Credential is not KEY/DATE/REGION/SERVICE/" + TERMINATOR);
    }
    List<String> names = List.of(headers.split(";", -1));
    if (names.size() > HEADERS_MAX) {
      throw incomplete("more than %d SignedHeaders".formatted(HEADERS_MAX));
    }
    return new Signature(scope[0], scope[1], scope[2], scope[3], date, names, signature, expires);
  }

  String scope() {
    return String.join("/", day, region, service, TERMINATOR);
  }

  /** The date as a moment. */
  Instant instant() {
    try {
      return LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw incomplete("the date '%s' is not in the form 20261123T030525Z".formatted(date));
    }
  }

  private static SignatureWrong incomplete(String what) {
    return new SignatureWrong(Kind.INCOMPLETE, "Signature Version 4: " + what);
  }
}
