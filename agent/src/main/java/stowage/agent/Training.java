package stowage.agent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import stowage.base.StowageException;
import stowage.http.HttpCall;
import stowage.http.HttpClient;

/**
 * A short life of an agent in a folder of its own, for the AOT cache: what it loads and links is
 * what the next agents start with.
 */
final class Training {
  private static final List<HttpCall> CALLS =
      List.of(
          HttpCall.of("HEAD", "/_ping"),
          HttpCall.get("/v1.50/version"),
          HttpCall.get("/v1.50/info"),
          HttpCall.of("POST", "/v1.50/images/create?fromSrc=-&repo=train&tag=1")
              .with(new HttpCall.Bytes(new byte[1024])), // the end of an empty tar
          HttpCall.get("/v1.50/images/json"),
          HttpCall.get("/v1.50/images/train:1/json"),
          HttpCall.post("/v1.50/volumes/create", utf8("{\"Name\":\"train\"}")),
          HttpCall.get("/v1.50/volumes"),
          HttpCall.post(
              "/v1.50/containers/create?name=train",
              utf8(
                  "{\"Image\":\"train:1\",\"Cmd\":[\"true\"],"
                      + "\"HostConfig\":{\"Binds\":[\"train:/data\"]}}")),
          HttpCall.get("/v1.50/containers/json?all=1&size=1"),
          HttpCall.get("/v1.50/containers/train/json"),
          HttpCall.of("POST", "/v1.50/containers/train/start"),
          HttpCall.get("/v1.50/containers/train/logs?stdout=1"),
          HttpCall.of("DELETE", "/v1.50/containers/train?force=1&v=1"),
          HttpCall.of("DELETE", "/v1.50/volumes/train"),
          HttpCall.of("DELETE", "/v1.50/images/train:1"),
          HttpCall.get("/v1.50/system/df"));

  private Training() {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void run() {
    Logger log = System.getLogger(Training.class.getName());
    try {
      Path folder = Files.createTempDirectory("stowage-train");
      try {
        var settings =
            Settings.read(
                List.of(
                    "--root", folder + "/root",
                    "--run", folder + "/run",
                    "--aws-listen", "127.0.0.1:0"),
                Map.of());
        try (var agent = new Agent(settings)) {
          log.log(Level.DEBUG, "training.started agent={0}", agent);
          call(HttpClient.unix(folder.resolve("run/docker.sock")), log);
        }
      } finally {
        remove(folder);
      }
    } catch (IOException | StowageException e) {
      log.log(Level.WARNING, "training.failed reason={0}", e.getMessage());
    }
  }

  private static void call(HttpClient client, Logger log) throws IOException {
    for (HttpCall call : CALLS) {
      try (var reply = client.send(call)) {
        reply.bytes();
        log.log(Level.INFO, "training.called target={0} status={1}", call.target(), reply.status());
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
