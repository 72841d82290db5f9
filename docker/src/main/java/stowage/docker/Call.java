package stowage.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException.InvalidArgument;
import stowage.http.Query;
import stowage.http.Request;
import stowage.http.Response;

/** One request of this API and its answer. */
record Call(Request request, Response response, ApiVersion version) {
  /** Bytes of a JSON body; a create request with a seccomp profile in it is the largest. */
  static final int BODY_BYTES_MAX = 4 << 20;

  static final String JSON = "application/json";

  Query query() {
    return request.query();
  }

  String query(String name) {
    return request.query().first(name, "");
  }

  boolean flag(String name) {
    return request.query().flag(name);
  }

  /** A named group of the path. */
  String path(String group) {
    return request.path(group);
  }

  /** The filters parameter. */
  Filters filters() {
    return Filters.parse(query("filters"));
  }

  /** A whole number in the query, if given. */
  Optional<Long> number(String name) {
    try {
      return request.query().first(name).filter(text -> !text.isEmpty()).map(Long::valueOf);
    } catch (NumberFormatException e) {
      throw new InvalidArgument(name, query(name), "a whole number");
    }
  }

  /** Seconds since 1970, perhaps with a fraction, as the client sends since and until. */
  Optional<Instant> instant(String name) {
    return request.query().first(name).filter(text -> !text.isEmpty()).map(Times::parse);
  }

  /** The body as an object whose fields are in {@code fields}; without a body an empty one. */
  JsonObject body(Fields fields) throws IOException {
    return body(fields, true);
  }

  /** The same, but there must be one. */
  JsonObject requiredBody(Fields fields) throws IOException {
    return body(fields, false);
  }

  private JsonObject body(Fields fields, boolean mayBeEmpty) throws IOException {
    checkContentType();
    byte[] bytes = request.body(BODY_BYTES_MAX);
    if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
      if (mayBeEmpty) {
        return JsonObject.of(Map.of(), "");
      }
      throw new InvalidArgument("invalid JSON: got EOF while reading request body");
    }
    GoJson.check(bytes);
    if (!(Json.parse(bytes, "request body") instanceof Map<?, ?> map)) {
      throw new InvalidArgument("invalid JSON: want an object");
    }
    var body = JsonObject.of(map, "");
    fields.check(body);
    return body;
  }

  private void checkContentType() {
    String type = request.header("Content-Type").orElse("");
    String media = type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    if (!media.equals(JSON) && !(type.isEmpty() && !request.hasBody())) {
      throw new InvalidArgument(
          "unsupported Content-Type header (%s): must be 'application/json'".formatted(type));
    }
  }

  /** Answers with JSON. */
  void json(int status, Object value) throws IOException {
    response.status(status).header("Content-Type", JSON);
    response.send((Json.text(value) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Answers without a body. */
  void empty(int status) throws IOException {
    response.status(status);
    if (status == 201 || status == 200) {
      response.header("Content-Length", "0");
    }
  }

  /** Answers 200 with a body that follows. */
  OutputStream stream(String contentType) {
    response.status(200).header("Content-Type", contentType);
    return response.body();
  }
}
