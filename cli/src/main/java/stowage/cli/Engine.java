package stowage.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.http.HttpCall;
import stowage.http.HttpClient;
import stowage.http.HttpReply;

/**
 * The agent, as its clients see it: the Docker Engine API at a socket. Starts an agent when none
 * answers and this process may.
 */
final class Engine {
  private static final String VERSION = "/v1.50";

  private final Path socket;
  private final HttpClient client;

  Engine(Path socket) {
    this.socket = socket;
    this.client = HttpClient.unix(socket);
  }

  Path socket() {
    return socket;
  }

  /**
   * A path with parameters: {@code target("/images/json", "all", "1")}; an empty value leaves its
   * parameter out.
   */
  static String target(String path, String... parameters) {
    var target = new StringBuilder(VERSION).append(path);
    char separator = '?';
    for (int i = 0; i < parameters.length; i += 2) {
      if (!parameters[i + 1].isEmpty()) {
        target.append(separator).append(parameters[i]).append('=').append(word(parameters[i + 1]));
        separator = '&';
      }
    }
    return target.toString();
  }

  /** A path element or parameter, percent-encoded. */
  static String word(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The filters parameter: {@code ["label=a=b"]} as the API has it. */
  static String filters(List<String> given) {
    var filters = new TreeMap<String, List<String>>();
    for (var filter : given) {
      int equals = filter.indexOf('=');
      if (equals < 1) {
        throw new CliException(125, "--filter: got '" + filter + "', want NAME=VALUE");
      }
      filters
          .computeIfAbsent(filter.substring(0, equals), _ -> new ArrayList<>())
          .add(filter.substring(equals + 1));
    }
    return filters.isEmpty() ? "" : Json.text(filters);
  }

  /** Sends the call; an answer that is no success becomes a CliException with its message. */
  HttpReply send(HttpCall call) throws IOException {
    return checked(connected(() -> client.send(call)));
  }

  /** The same for a connection that becomes raw bytes. */
  HttpReply upgrade(HttpCall call) throws IOException {
    return checked(connected(() -> client.upgrade(call)));
  }

  /** The answer to a GET, parsed. */
  Object get(String target) throws IOException {
    try (var reply = send(HttpCall.get(target))) {
      return Json.parse(reply.bytes(), target);
    }
  }

  JsonObject object(String target) throws IOException {
    try (var reply = send(HttpCall.get(target))) {
      return Json.object(reply.bytes(), target);
    }
  }

  /** The answer to a GET that is an array of objects. */
  List<JsonObject> list(String target) throws IOException {
    return JsonObject.of(Map.of("list", get(target)), "").objects("list");
  }

  /** Sends without a body; the answer's object, empty where there is none. */
  JsonObject send(String method, String target) throws IOException {
    try (var reply = send(HttpCall.of(method, target))) {
      return parsed(reply, target);
    }
  }

  /** Posts JSON; the answer's object, empty where there is none. */
  JsonObject post(String target, Object body) throws IOException {
    try (var reply = send(HttpCall.post(target, Json.bytes(body)))) {
      return parsed(reply, target);
    }
  }

  private static JsonObject parsed(HttpReply reply, String target) throws IOException {
    var bytes = reply.bytes();
    if (bytes.length == 0) {
      return JsonObject.of(Map.of(), "");
    }
    return Json.parse(bytes, target) instanceof Map<?, ?> map
        ? JsonObject.of(map, "")
        : JsonObject.of(Map.of("list", Json.parse(bytes, target)), "");
  }

  private static HttpReply checked(HttpReply reply) throws IOException {
    if (reply.ok() || reply.status() == 101 || reply.status() == 304) {
      return reply;
    }
    try (reply) {
      throw new EngineException(reply.status(), message(reply.bytes(), reply.status()));
    }
  }

  private static String message(byte[] body, int status) {
    try {
      return Json.object(body, "").string("message", "status " + status);
    } catch (StowageException.InvalidArgument notJson) {
      return "status " + status + ": " + new String(body, StandardCharsets.UTF_8).strip();
    }
  }

  private interface Exchange {
    HttpReply run() throws IOException;
  }

  private HttpReply connected(Exchange exchange) throws IOException {
    try {
      return exchange.run();
    } catch (ConnectException e) {
      return afterStart(exchange, e);
    } catch (SocketException e) {
      if (Files.exists(socket)) {
        throw e; // an agent that goes away in the middle is not one that is not there
      }
      return afterStart(exchange, e);
    }
  }

  private HttpReply afterStart(Exchange exchange, IOException notThere) throws IOException {
    if (!AgentProcess.start(socket)) {
      throw new CliException(
          1,
          "no agent answers at "
              + socket
              + " ("
              + notThere.getMessage()
              + ")."
              + "\nStart one: sudo stowage agent");
    }
    return exchange.run();
  }

  /** The agent refused; the status and text are the API's. */
  static final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    EngineException(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }
}
