package stowage.http;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request to send with {@link HttpClient}.
 *
 * @param target path and query, already percent-encoded: {@code /v1.50/images/json?all=1}
 * @param headers beside Host, Content-Length and Connection, which the client sets
 */
public record HttpCall(String method, String target, Map<String, String> headers, Body body) {
  /** What follows the header. */
  public sealed interface Body {}

  /** Nothing; a POST says Content-Length: 0. */
  public record NoBody() implements Body {}

  /** Bytes at hand. */
  public record Bytes(byte[] bytes) implements Body {}

  /** A stream, read to its end and sent in chunks; closed by the caller. */
  public record Streamed(InputStream stream) implements Body {}

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  /** A GET. */
  public static HttpCall get(String target) {
    return of("GET", target);
  }

  /** A request without a body. */
  public static HttpCall of(String method, String target) {
    return new HttpCall(method, target, Map.of(), new NoBody());
  }

  /** A POST of JSON. */
  public static HttpCall post(String target, byte[] json) {
    return new HttpCall(
        "POST", target, Map.of("Content-Type", "application/json"), new Bytes(json));
  }

  /** The same with a header more. */
  public HttpCall with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpCall(method, target, more, body);
  }

  /** The same with another body. */
  public HttpCall with(Body other) {
    return new HttpCall(method, target, headers, other);
  }
}
