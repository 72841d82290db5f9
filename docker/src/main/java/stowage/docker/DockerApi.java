package stowage.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import stowage.base.Json;
import stowage.base.StowageException;
import stowage.http.Handler;
import stowage.http.Request;
import stowage.http.Response;
import stowage.http.Router;

/** The Docker Engine API as a handler of HTTP requests. */
public final class DockerApi implements Handler {
  private static final Logger LOG = System.getLogger(DockerApi.class.getName());

  private final Router<Endpoint> router = new Router<>();
  private final String server;

  /** The API of {@code engine}. */
  public DockerApi(Engine engine) {
    this.server = "Stowage/%s (linux)".formatted(engine.host().version());
    new SystemApi(engine).addTo(router);
    new EventsApi(engine).addTo(router);
    new VolumesApi(engine).addTo(router);
    new NetworksApi(engine).addTo(router);
    new ImagesApi(engine).addTo(router);
    new ImageStreamsApi(engine).addTo(router);
    new ContainersApi(engine).addTo(router);
    new LifecycleApi(engine).addTo(router);
    new StreamsApi(engine).addTo(router);
    new ExecApi(engine).addTo(router);
    new ArchiveApi(engine).addTo(router);
    new StatsApi(engine).addTo(router);
    new DoctorApi(engine).addTo(router);
    new CheckApi(engine).addTo(router);
    NotYet.addTo(router);
  }

  /** The body of an answer this API was not asked for: a malformed request. */
  public static String refusal(int status, String reason) {
    return Json.text(Map.of("message", reason)) + "\n";
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    var path = ApiVersion.Path.parse(request.path());
    var match = router.find(request.method(), path.rest());
    if (match.isEmpty()) {
      refuse(response, 404, "page not found");
      return;
    }
    response.header("Api-Version", ApiVersion.MAX.toString());
    response.header("Ostype", "linux").header("Server", server);
    if (path.version().compareTo(ApiVersion.MIN) < 0) {
      tooOld(response, path.version());
      return;
    }
    if (path.version().compareTo(ApiVersion.MAX) > 0) {
      refuse(
          response,
          400,
          "client version %s is too new. Maximum supported API version is %s"
              .formatted(path.version(), ApiVersion.MAX));
      return;
    }
    response.header("Docker-Experimental", "false");
    request.matched(match.get());
    answer(match.get().handler(), new Call(request, response, path.version()), path.rest());
  }

  private static void answer(Endpoint endpoint, Call call, String path) throws IOException {
    String route = call.request().method() + " " + path;
    try {
      endpoint.answer(call);
    } catch (StowageException e) {
      int status = HttpErrors.status(route, e);
      if (status >= 500) {
        LOG.log(Level.WARNING, "request.failed route=\"{0}\" reason={1}", route, e.getMessage());
        LOG.log(Level.DEBUG, "request.failed", e);
      }
      if (call.response().committed()) {
        throw new IOException("failed after the answer began: " + e.getMessage(), e);
      }
      refuse(call.response(), status, e.getMessage());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void refuse(Response response, int status, String message) throws IOException {
    response.discard();
    response.status(status).header("Content-Type", Call.JSON);
    response.send(refusal(status, message).getBytes(StandardCharsets.UTF_8));
  }

  /** So old that it does not know errors as JSON. */
  private static void tooOld(Response response, ApiVersion version) throws IOException {
    response.status(400).header("Content-Type", "text/plain; charset=utf-8");
    response.header("X-Content-Type-Options", "nosniff");
    String message =
        "client version %s is too old. Minimum supported API version is %s, "
            + "please upgrade your client to a newer version\n";
    response.send(message.formatted(version, ApiVersion.MIN).getBytes(StandardCharsets.UTF_8));
  }
}
