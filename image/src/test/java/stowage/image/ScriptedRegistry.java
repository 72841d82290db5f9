package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import stowage.base.Digest;

/** A registry in memory that is honest until a script says otherwise. */
final class ScriptedRegistry implements AutoCloseable {
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<Script> scripts = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger uploadCount = new AtomicInteger();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  record Manifest(String type, byte[] bytes) {}

  /** A request that came. */
  record Seen(String method, String path, String authorization, String range) {}

  /** Answers a request itself, or not. */
  interface Script {
    boolean answer(HttpExchange exchange) throws IOException;
  }

  ScriptedRegistry() throws IOException {
    this("127.0.0.1");
  }

  ScriptedRegistry(String address) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** "127.0.0.1:port". */
  String host() {
    return server.getAddress().getAddress().getHostAddress() + ":" + port();
  }

  String url(String path) {
    return "http://" + host() + path;
  }

  /** Runs before what was given earlier. */
  void script(Script script) {
    scripts.addFirst(script);
  }

  /** Runs for requests whose path contains {@code part}. */
  void on(String part, Script script) {
    script(
        exchange ->
            exchange.getRequestURI().toString().contains(part) && script.answer(exchange));
  }

  void put(byte[] blob) {
    blobs.put(Digest.of(blob).toString(), blob);
  }

  void tag(String path, String tag, String type, byte[] manifest) {
    manifests.put(path + "@" + tag, new Manifest(type, manifest));
    manifests.put(path + "@" + Digest.of(manifest), new Manifest(type, manifest));
  }

  long count(String part) {
    return seen.stream().filter(s -> s.path().contains(part)).count();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      seen.add(
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              String.valueOf(headers.getFirst("Authorization")),
              String.valueOf(headers.getFirst("Range"))));
      for (var script : scripts) {
        if (script.answer(exchange)) {
          return;
        }
      }
      honest(exchange);
    }
  }

  private void honest(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/v2/")) {
      send(exchange, 200, Map.of(), "{}".getBytes(UTF_8));
    } else if (path.contains("/manifests/")) {
      manifest(exchange, path);
    } else if (path.contains("/blobs/uploads/")) {
      upload(exchange, path);
    } else if (path.contains("/blobs/")) {
      blob(exchange, path.substring(path.indexOf("/blobs/") + 7));
    } else if (path.endsWith("/tags/list")) {
      tags(exchange, path.substring(4, path.length() - "/tags/list".length()));
    } else {
      error(exchange, 404, "NAME_UNKNOWN", "repository name not known to registry");
    }
  }

  private void tags(HttpExchange exchange, String name) throws IOException {
    var tags = new ArrayList<String>();
    for (var key : manifests.keySet()) {
      if (key.startsWith(name + "@") && !key.contains("@sha256:")) {
        tags.add("\"" + key.substring(name.length() + 1) + "\"");
      }
    }
    tags.sort(null);
    var json = "{\"name\":\"x\",\"tags\":[%s]}".formatted(String.join(",", tags));
    send(exchange, 200, Map.of(), json.getBytes(UTF_8));
  }

  private void manifest(HttpExchange exchange, String path) throws IOException {
    int at = path.indexOf("/manifests/");
    String name = path.substring(4, at);
    String reference = path.substring(at + 11);
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] bytes = exchange.getRequestBody().readAllBytes();
      tag(name, reference, exchange.getRequestHeaders().getFirst("Content-Type"), bytes);
      send(exchange, 201, Map.of(), new byte[0]);
      return;
    }
    var manifest = manifests.get(name + "@" + reference);
    if (manifest == null) {
      error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
      return;
    }
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", manifest.type());
    headers.put("Docker-Content-Digest", Digest.of(manifest.bytes()).toString());
    send(exchange, 200, headers, manifest.bytes());
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    byte[] blob = blobs.get(digest);
    if (blob == null) {
      error(exchange, 404, "BLOB_UNKNOWN", "blob unknown to registry");
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, Map.of(), blob);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    var header = "bytes %d-%d/%d".formatted(from, blob.length - 1, blob.length);
    send(
        exchange,
        206,
        Map.of("Content-Range", header),
        Arrays.copyOfRange(blob, from, blob.length));
  }

  private void upload(HttpExchange exchange, String path) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String name = path.substring(4, path.indexOf("/blobs/"));
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        String mount = query.replaceAll(".*mount=([^&]+).*", "$1");
        if (query.contains("mount=") && blobs.containsKey(mount)) {
          send(exchange, 201, Map.of(), new byte[0]);
          return;
        }
        String id = "u" + uploadCount.incrementAndGet();
        uploads.put(id, new byte[0]);
        var at = "/v2/" + name + "/blobs/uploads/" + id;
        send(exchange, 202, Map.of("Location", at), new byte[0]);
      }
      case "PATCH" -> {
        uploads.put(path.substring(path.lastIndexOf('/') + 1), body);
        send(exchange, 202, Map.of("Location", path), new byte[0]);
      }
      default -> {
        byte[] sent = uploads.remove(path.substring(path.lastIndexOf('/') + 1));
        byte[] blob = body.length > 0 ? body : sent;
        String wanted = query.replaceAll(".*digest=([^&]+).*", "$1");
        if (blob == null || !Digest.of(blob).toString().equals(wanted)) {
          error(exchange, 400, "DIGEST_INVALID", "provided digest did not match");
          return;
        }
        put(blob);
        send(exchange, 201, Map.of(), new byte[0]);
      }
    }
  }

  static boolean send(HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
      throws IOException {
    headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    return true;
  }

  static boolean error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    var json =
        "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}".formatted(code, message);
    return send(exchange, status, Map.of("Content-Type", "application/json"), json.getBytes(UTF_8));
  }

  static boolean redirect(HttpExchange exchange, String location) throws IOException {
    return send(exchange, 307, Map.of("Location", location), new byte[0]);
  }

  /** Promises the whole body and hangs up after {@code count} bytes. */
  static boolean cut(HttpExchange exchange, byte[] body, int count) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body, 0, count);
    exchange.getResponseBody().flush();
    try {
      // A client hands on what has come only while the connection stands, and tells nobody when.
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true; // closing the exchange now ends the connection
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
