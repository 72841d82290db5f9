package stowage.aws;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import stowage.base.Json;

/** An answer, complete, before it goes out. */
record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
  static Answer xml(int status, Xml document) {
    return new Answer(
        status,
        "text/xml;charset=UTF-8",
        Map.of(),
        document.toString().getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(int status, Map<String, ?> value) {
    return new Answer(status, "application/json", Map.of(), Json.bytes(value));
  }

  static Answer bytes(byte[] body) {
    return new Answer(200, "application/octet-stream", Map.of(), body);
  }

  Answer with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, contentType, more, body);
  }
}
