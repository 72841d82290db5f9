package stowage.docker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.Unsupported;
import stowage.container.ExitStatus;
import stowage.container.WaitFor;
import stowage.http.Router;

/** Containers started, stopped and waited for. */
final class LifecycleApi {
  private final Engine engine;

  LifecycleApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("POST", "/containers/(?<id>[^/]+)/start", this::start)
        .add("POST", "/containers/(?<id>[^/]+)/stop", this::stop)
        .add("POST", "/containers/(?<id>[^/]+)/restart", this::restart)
        .add("POST", "/containers/(?<id>[^/]+)/kill", this::kill)
        .add("POST", "/containers/(?<id>[^/]+)/pause", this::pause)
        .add("POST", "/containers/(?<id>[^/]+)/unpause", this::unpause)
        .add("POST", "/containers/(?<id>[^/]+)/wait", this::await)
        .add("POST", "/containers/(?<id>[^/]+)/resize", this::resize);
  }

  private void start(Call call) throws IOException {
    if (!call.query("checkpoint").isEmpty()) {
      throw new Unsupported("checkpoints are not supported");
    }
    call.empty(engine.containers().start(call.path("id")) ? 204 : 304);
  }

  private void stop(Call call) throws IOException {
    boolean stopped =
        engine.containers().stop(call.path("id"), call.query("signal"), timeout(call));
    call.empty(stopped ? 204 : 304);
  }

  private void restart(Call call) throws IOException {
    engine.containers().restart(call.path("id"), call.query("signal"), timeout(call));
    call.empty(204);
  }

  private static OptionalInt timeout(Call call) {
    return call.number("t").map(t -> OptionalInt.of(t.intValue())).orElse(OptionalInt.empty());
  }

  private void kill(Call call) throws IOException {
    engine.containers().kill(call.path("id"), call.query("signal"));
    call.empty(204);
  }

  private void pause(Call call) throws IOException {
    engine.containers().pause(call.path("id"));
    call.empty(204);
  }

  private void unpause(Call call) throws IOException {
    engine.containers().unpause(call.path("id"));
    call.empty(204);
  }

  /** The header is sent at once: the client starts the container only when it has it. */
  private void await(Call call) throws IOException {
    String condition = call.query("condition");
    WaitFor what =
        switch (condition) {
          case "", "not-running" -> WaitFor.NOT_RUNNING;
          case "next-exit" -> WaitFor.NEXT_EXIT;
          case "removed" -> WaitFor.REMOVED;
          default -> throw new InvalidArgument("invalid condition: \"%s\"".formatted(condition));
        };
    CompletableFuture<ExitStatus> exit = engine.containers().wait(call.path("id"), what);
    var out = call.stream("application/json");
    out.flush();
    call.request().onClientGone(() -> exit.cancel(false));
    var answer = new LinkedHashMap<String, Object>();
    try {
      // Why a start failed is told to who started it; an Error here would be told twice.
      answer.put("StatusCode", exit.join().code());
    } catch (CancellationException clientGone) {
      throw new IOException("client gone", clientGone);
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof StowageException failure)) {
        throw e;
      }
      answer.put("StatusCode", -1);
      answer.put("Error", Map.of("Message", failure.getMessage()));
    }
    out.write((stowage.base.Json.text(answer) + "\n").getBytes(
        java.nio.charset.StandardCharsets.UTF_8));
  }

  private void resize(Call call) throws IOException {
    engine.containers().resize(call.path("id"), size(call, "h"), size(call, "w"));
    call.empty(200);
  }

  static int size(Call call, String name) {
    long size = call.number(name).orElse(0L);
    if (size < 0 || size > 65535) {
      throw new InvalidArgument(name, size, "0 to 65535");
    }
    return (int) size;
  }
}
