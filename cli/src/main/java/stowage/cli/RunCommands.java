package stowage.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.Json;
import stowage.http.HttpCall;

/** Commands that start processes in containers: run, create, exec, attach. */
final class RunCommands {
  private RunCommands() {}

  static List<Command> all() {
    return List.of(
        new Command(
            "run",
            "IMAGE [COMMAND] [ARG...]",
            "Create a container and start it",
            """
            A container is the image's layers and one writable layer on top. What it writes there
            goes with it; data that must live on belongs in a mount:

              -v /srv/site:/site:ro       a folder of the host, which must be there, read-only
              -v /srv/site:/site:idmap    ... with its owner mapped to the container's user
              -v data:/data               the volume 'data', made and filled from the image when new
              -v /data                    a volume without a name
              --mount type=tmpfs,target=/t,tmpfs-size=64m

              stowage run --rm -it -v data:/data alpine sh
            """,
            Specs.forRun(),
            true,
            RunCommands::run),
        new Command(
            "create",
            "IMAGE [COMMAND] [ARG...]",
            "Create a container, not started",
            "",
            Specs.forCreate(),
            true,
            RunCommands::create),
        new Command(
            "exec",
            "CONTAINER COMMAND [ARG...]",
            "Run a command in a running container",
            "",
            Specs.forExec(),
            true,
            RunCommands::exec),
        Command.of(
            "attach", "CONTAINER", "Join a running container's streams", RunCommands::attach));
  }

  private static int create(Call call) throws IOException {
    call.out().line(createContainer(call));
    return 0;
  }

  private static String createContainer(Call call) throws IOException {
    var words = call.arguments(1);
    var image = words.getFirst();
    var body = Specs.body(call, image, words.subList(1, words.size()));
    var target =
        Engine.target(
            "/containers/create",
            "name",
            call.value("name").orElse(""),
            "platform",
            call.value("platform").orElse(""));
    try {
      return created(call, target, body);
    } catch (Engine.EngineException e) {
      if (e.status() != 404 || !e.getMessage().startsWith("No such image")) {
        throw new CliException(125, e.getMessage());
      }
    }
    call.out().note("'" + image + "' is not here yet: pulling it");
    var progress = new Output(call.out().stderr(), call.out().stderr(), call.out().terminal());
    ImageCommands.pull(call.engine(), progress, image, call.value("platform").orElse(""));
    return created(call, target, body);
  }

  private static String created(Call call, String target, Map<String, Object> body)
      throws IOException {
    var created = call.engine().post(target, body);
    created.strings("Warnings").forEach(warning -> call.out().note("WARNING: " + warning));
    return created.required("Id");
  }

  private static int run(Call call) throws IOException, InterruptedException {
    if (call.flag("tty") && call.flag("interactive") && !Terminal.isInputTerminal()) {
      throw new CliException(125, "-t needs a terminal on standard input");
    }
    var id = createContainer(call);
    if (call.flag("detach")) {
      start(call, id);
      call.out().line(id);
      return 0;
    }
    return new Foreground(call, id).run(() -> start(call, id));
  }

  private static void start(Call call, String id) throws IOException {
    try {
      call.engine().send("POST", Engine.target("/containers/" + id + "/start"));
    } catch (Engine.EngineException e) {
      throw new CliException(startStatus(e.getMessage()), e.getMessage());
    }
  }

  /** Docker's exit status for a container that could not be started. */
  private static int startStatus(String message) {
    if (message.contains("executable file not found")
        || message.contains("no such file or directory")) {
      return 127;
    }
    return message.contains("permission denied") || message.contains("is a directory") ? 126 : 125;
  }

  private static int attach(Call call) throws IOException, InterruptedException {
    var container = call.engine().object(Engine.target("/containers/" + call.argument() + "/json"));
    if (!container.object("State").map(s -> s.bool("Running")).orElse(false)) {
      throw new CliException(1, "cannot attach to a stopped container: start it first");
    }
    var config = container.object("Config").orElseThrow();
    return new Foreground(
            call, container.required("Id"), config.bool("Tty"), config.bool("OpenStdin"))
        .run(() -> {});
  }

  private static int exec(Call call) throws IOException, InterruptedException {
    var words = call.arguments(2);
    boolean tty = call.flag("tty");
    var body = new LinkedHashMap<String, Object>();
    body.put("AttachStdin", call.flag("interactive"));
    body.put("AttachStdout", !call.flag("detach"));
    body.put("AttachStderr", !call.flag("detach"));
    body.put("Tty", tty);
    body.put("User", call.value("user").orElse(""));
    body.put("WorkingDir", call.value("workdir").orElse(""));
    body.put("Env", call.values("env"));
    body.put("Privileged", call.flag("privileged"));
    body.put("Cmd", words.subList(1, words.size()));
    var target = Engine.target("/containers/" + Engine.word(words.getFirst()) + "/exec");
    var id = call.engine().post(target, body).required("Id");
    var start = Map.<String, Object>of("Detach", call.flag("detach"), "Tty", tty);
    if (call.flag("detach")) {
      call.engine().post(Engine.target("/exec/" + id + "/start"), start);
      return 0;
    }
    var request = HttpCall.post(Engine.target("/exec/" + id + "/start"), Json.bytes(start));
    try (var reply = call.engine().upgrade(request)) {
      Foreground.converse(
          call, reply.upgraded(), tty, call.flag("interactive"), "/exec/" + id + "/resize");
    }
    return (int) call.engine().object(Engine.target("/exec/" + id + "/json")).number("ExitCode", 0);
  }
}
