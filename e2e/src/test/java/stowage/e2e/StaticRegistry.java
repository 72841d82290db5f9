package stowage.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import stowage.base.Digest;
import stowage.base.Json;

/** A registry on loopback that serves the images it is given, and knows no more than that. */
final class StaticRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final HttpServer server;

  StaticRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/v2/",
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          var body = path.equals("/v2/") ? new byte[0] : answers.get(path);
          try (exchange) {
            if (body == null) {
              exchange.sendResponseHeaders(404, -1);
              return;
            }
            var type = path.contains("/manifests/") ? MANIFEST : "application/octet-stream";
            exchange.getResponseHeaders().set("Content-Type", type);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
              exchange.getResponseHeaders().set("Content-Length", "" + body.length);
            }
            exchange.sendResponseHeaders(200, head || body.length == 0 ? -1 : body.length);
            if (!head) {
              exchange.getResponseBody().write(body);
            }
          }
        });
    server.start();
  }

  /** Serves an image under a repository's tag; answers what to pull. */
  String serve(String repository, Archives.Made image) {
    for (var layer : image.layers()) {
      blob(repository, layer);
    }
    blob(repository, image.config());
    var manifest =
        Json.bytes(
            Map.of(
                "schemaVersion", 2,
                "mediaType", MANIFEST,
                "config",
                    descriptor("application/vnd.oci.image.config.v1+json", image.config()),
                "layers",
                    image.layers().stream()
                        .map(l -> descriptor("application/vnd.oci.image.layer.v1.tar", l))
                        .toList()));
    for (var name : List.of("latest", Digest.of(manifest).toString())) {
      answers.put("/v2/" + repository + "/manifests/" + name, manifest);
    }
    return "127.0.0.1:" + server.getAddress().getPort() + "/" + repository + ":latest";
  }

  private void blob(String repository, byte[] bytes) {
    answers.put("/v2/" + repository + "/blobs/" + Digest.of(bytes), bytes);
  }

  private static Map<String, Object> descriptor(String type, byte[] bytes) {
    return Map.of("mediaType", type, "digest", Digest.of(bytes).toString(), "size", bytes.length);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
