package stowage.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came over the wire, before anything is believed of it.
 *
 * @param path still percent-encoded
 * @param query still percent-encoded; empty without one
 * @param headers by name in lower case
 */
record Incoming(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

  /** The header's only value; two are as bad as none. */
  Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
