package stowage.docker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.container.Exec;
import stowage.http.Router;

/** Further processes in running containers. */
final class ExecApi {
  private static final Fields CREATE =
      new Fields(
          "exec",
          Set.of(
              "User",
              "Privileged",
              "Tty",
              "ConsoleSize",
              "AttachStdin",
              "AttachStdout",
              "AttachStderr",
              "DetachKeys",
              "Env",
              "WorkingDir",
              "Cmd"),
          Set.of("Detach", "Container"), // start says the one again, the path the other
          Map.of());

  private static final Fields START = Fields.of("exec start", "Detach", "Tty", "ConsoleSize");

  private final Engine engine;

  ExecApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("POST", "/containers/(?<id>[^/]+)/exec", this::create)
        .add("POST", "/exec/(?<id>[^/]+)/start", this::start)
        .add("POST", "/exec/(?<id>[^/]+)/resize", this::resize)
        .add("GET", "/exec/(?<id>[^/]+)/json", this::inspect);
  }

  private void create(Call call) throws IOException {
    var body = call.requiredBody(CREATE);
    List<String> command = CreateBody.words(body, "Cmd").orElse(List.of());
    if (command.isEmpty()) {
      throw new InvalidArgument("no exec command specified");
    }
    var size = size(body);
    var exec =
        engine
            .containers()
            .createExec(
                call.path("id"),
                new Exec.Request(
                    command,
                    body.strings("Env"),
                    body.string("User", ""),
                    body.string("WorkingDir", ""),
                    body.bool("Privileged"),
                    body.bool("Tty"),
                    body.bool("AttachStdin"),
                    body.bool("AttachStdout"),
                    body.bool("AttachStderr"),
                    size.get(0),
                    size.get(1),
                    body.string("DetachKeys", "")));
    call.json(201, Map.of("Id", exec.id()));
  }

  /** Rows and columns; 0 when not known. */
  private static List<Integer> size(JsonObject body) {
    return body.map().get("ConsoleSize") instanceof List<?> list
            && list.size() == 2
            && list.get(0) instanceof Long rows
            && list.get(1) instanceof Long columns
        ? List.of(rows.intValue(), columns.intValue())
        : List.of(0, 0);
  }

  private void start(Call call) throws IOException {
    var body = call.body(START);
    String id = call.path("id");
    var exec = engine.containers().requireExec(id);
    if (body.bool("Detach")) {
      engine.containers().startExec(id, true).close();
      call.empty(200);
      return;
    }
    var request = exec.request();
    boolean tty = request.tty();
    var keys = new DetachKeys(request.detachKeys());
    // What goes wrong from here on is told as output: the client takes the connection first.
    try (var client = call.response().upgrade(Frames.contentType(tty, call.version()))) {
      try (var attachment = engine.containers().startExec(id, false)) {
        var pump = new Pump(client, attachment);
        call.request().onClientGone(pump::letGo);
        if (pump.run(request.attachStdin(), tty ? Optional.of(keys) : Optional.empty())) {
          await(id); // the client asks for the exit code when we close
        }
      } catch (StowageException e) {
        Pump.fail(client, tty, e.getMessage());
      }
    }
  }

  private void await(String id) throws IOException {
    try {
      engine.containers().waitExec(id).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("server stops", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void resize(Call call) throws IOException {
    engine
        .containers()
        .resizeExec(call.path("id"), LifecycleApi.size(call, "h"), LifecycleApi.size(call, "w"));
    call.empty(200);
  }

  private void inspect(Call call) throws IOException {
    var exec = engine.containers().requireExec(call.path("id"));
    var request = exec.request();
    var process = new LinkedHashMap<String, Object>();
    process.put("tty", request.tty());
    process.put("entrypoint", request.command().getFirst());
    process.put("arguments", request.command().subList(1, request.command().size()));
    process.put("privileged", request.privileged());
    if (!request.user().isEmpty()) {
      process.put("user", request.user());
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("ID", exec.id());
    answer.put("Running", exec.running());
    answer.put("ExitCode", exec.exitCode().orElse(null));
    answer.put("ProcessConfig", process);
    answer.put("OpenStdin", request.attachStdin());
    answer.put("OpenStderr", request.attachStderr());
    answer.put("OpenStdout", request.attachStdout());
    answer.put("CanRemove", false);
    answer.put("ContainerID", exec.containerId());
    answer.put("DetachKeys", request.detachKeys());
    answer.put("Pid", exec.pid());
    call.json(200, answer);
  }
}
