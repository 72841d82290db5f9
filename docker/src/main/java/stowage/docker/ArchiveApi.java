package stowage.docker;

import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import stowage.base.Json;
import stowage.base.StowageException.InvalidArgument;
import stowage.container.Archive;
import stowage.container.PathStat;
import stowage.http.Router;

/** Files in and out of containers: what {@code docker cp} asks for. */
final class ArchiveApi {
  private static final String STAT_HEADER = "X-Docker-Container-Path-Stat";

  private final Engine engine;

  ArchiveApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("HEAD", "/containers/(?<id>[^/]+)/archive", this::stat)
        .add("GET", "/containers/(?<id>[^/]+)/archive", this::get)
        .add("PUT", "/containers/(?<id>[^/]+)/archive", this::put);
  }

  private static String where(Call call) {
    String path = call.query("path");
    if (path.isEmpty()) {
      throw new InvalidArgument("bad parameter: pathcannot be empty"); // dockerd's words
    }
    return path;
  }

  private void stat(Call call) throws IOException {
    var stat = engine.archive().stat(call.path("id"), where(call));
    call.response().header(STAT_HEADER, header(stat));
    call.empty(200);
  }

  private void get(Call call) {
    engine
        .archive()
        .get(
            call.path("id"),
            where(call),
            stat -> {
              call.response().header(STAT_HEADER, header(stat));
              return call.stream("application/x-tar");
            });
  }

  private void put(Call call) throws IOException {
    var options =
        new Archive.Put(call.flag("noOverwriteDirNonDir"), call.flag("copyUIDGID"));
    engine.archive().put(call.path("id"), where(call), call.request().body(), options);
    call.empty(200);
  }

  private static String header(PathStat stat) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", stat.name());
    json.put("size", stat.size());
    json.put("mode", stat.mode());
    json.put("mtime", Times.rfc3339(stat.mtime()));
    json.put("linkTarget", stat.linkTarget());
    return Base64.getEncoder().encodeToString(Json.bytes(json));
  }
}
