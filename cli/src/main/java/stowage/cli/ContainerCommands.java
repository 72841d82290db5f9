package stowage.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import stowage.http.HttpCall;

/** Commands about containers that are there already. */
final class ContainerCommands {
  private static final Option TIME =
      Option.value("time", 't', "SECONDS", "how long to wait before killing (default 10)");

  private ContainerCommands() {}

  static List<Command> all() {
    return Stream.concat(lifecycle().stream(), looking().stream()).toList();
  }

  private static List<Command> lifecycle() {
    return List.of(
        Command.of(
            "ps",
            "",
            "List containers",
            ContainerCommands::list,
            Option.flag("all", 'a', "also those that do not run"),
            Formats.QUIET,
            Option.flag("size", 's', "also what each has written"),
            Formats.FILTER,
            Formats.FORMAT),
        Command.of("start", "CONTAINER...", "Start containers", call -> each(call, "start", "")),
        Command.of(
            "stop",
            "CONTAINER...",
            "Stop containers: SIGTERM, and SIGKILL after a while",
            call -> each(call, "stop", call.value("time").orElse("")),
            TIME),
        Command.of(
            "restart",
            "CONTAINER...",
            "Stop containers and start them again",
            call -> each(call, "restart", call.value("time").orElse("")),
            TIME),
        Command.of(
            "kill",
            "CONTAINER...",
            "Send a signal",
            ContainerCommands::kill,
            Option.value("signal", 's', "SIGNAL", "which one (default KILL)")),
        Command.of("pause", "CONTAINER...", "Freeze containers", call -> each(call, "pause", "")),
        Command.of("unpause", "CONTAINER...", "Let them go on", call -> each(call, "unpause", "")),
        Command.of(
            "wait",
            "CONTAINER...",
            "Wait for containers to end; print exit codes",
            ContainerCommands::await),
        Command.of(
            "rm",
            "CONTAINER...",
            "Remove containers and what they wrote; volumes stay",
            ContainerCommands::remove,
            Option.flag("force", 'f', "kill running ones first"),
            Option.flag("volumes", 'v', "also their anonymous volumes")));
  }

  private static List<Command> looking() {
    return List.of(
        Command.of(
            "logs",
            "CONTAINER",
            "Show what a container has printed",
            ContainerCommands::logs,
            Option.flag("follow", 'f', "go on as it prints"),
            Option.value("tail", 'n', "LINES", "only the last"),
            Option.value("since", ' ', "TIME", "only since"),
            Option.flag("timestamps", 't', "with the time of each line")),
        Command.of(
            "rename", "CONTAINER NAME", "Give a container another name", ContainerCommands::rename),
        Command.of(
            "diff",
            "CONTAINER",
            "Show what a container has changed: Added, Changed, Deleted",
            ContainerCommands::diff),
        Command.of(
            "commit",
            "CONTAINER [NAME[:TAG]]",
            "Make an image of what a container wrote",
            ContainerCommands::commit,
            Option.list("change", 'c', "INSTRUCTION", "a Dockerfile instruction, as CMD or ENV"),
            Option.value("message", 'm', "TEXT", "what the history says of the layer")),
        Command.of(
            "inspect",
            "NAME...",
            "Show all about containers, images or volumes",
            ContainerCommands::inspect));
  }

  private static String path(String container, String verb) {
    return "/containers/" + Engine.word(container) + verb;
  }

  private static int list(Call call) throws IOException {
    boolean size = call.flag("size");
    var target =
        Engine.target(
            "/containers/json",
            "all",
            call.flag("all") ? "1" : "",
            "size",
            size ? "1" : "",
            "filters",
            Engine.filters(call.values("filter")));
    var headings =
        new ArrayList<>(List.of("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "NAMES"));
    if (size) {
      headings.add("SIZE");
    }
    var rows = new ArrayList<List<String>>();
    for (var container : call.engine().list(target)) {
      var command = container.string("Command", "");
      var row = new ArrayList<String>();
      row.add(Text.shortId(container.required("Id")));
      row.add(container.string("Image", ""));
      row.add(command.length() > 20 ? command.substring(0, 19) + "…" : command);
      row.add(Text.ago(container.number("Created", 0)));
      row.add(container.string("Status", ""));
      row.add(String.join(",", container.strings("Names")).replace("/", ""));
      if (size) {
        row.add(Text.size(container.number("SizeRw", 0)));
      }
      rows.add(row);
    }
    if (call.flag("quiet")) {
      rows.forEach(row -> call.out().line(row.getFirst()));
    } else {
      call.out().rows(Formats.of(call), headings, rows);
    }
    return 0;
  }

  private static int each(Call call, String verb, String seconds) throws IOException {
    for (var name : call.arguments(1)) {
      call.engine().send("POST", Engine.target(path(name, "/" + verb), "t", seconds));
      call.out().line(name);
    }
    return 0;
  }

  private static int kill(Call call) throws IOException {
    for (var name : call.arguments(1)) {
      call.engine()
          .send(
              "POST",
              Engine.target(path(name, "/kill"), "signal", call.value("signal").orElse("")));
      call.out().line(name);
    }
    return 0;
  }

  private static int await(Call call) throws IOException {
    for (var name : call.arguments(1)) {
      var ended = call.engine().send("POST", Engine.target(path(name, "/wait")));
      call.out().line("" + ended.number("StatusCode", 0));
    }
    return 0;
  }

  private static int remove(Call call) throws IOException {
    for (var name : call.arguments(1)) {
      call.engine()
          .send(
              "DELETE",
              Engine.target(
                  path(name, ""),
                  "force",
                  call.flag("force") ? "1" : "",
                  "v",
                  call.flag("volumes") ? "1" : ""));
      call.out().line(name);
    }
    return 0;
  }

  private static int logs(Call call) throws IOException {
    var name = call.argument();
    var container = call.engine().object(Engine.target(path(name, "/json")));
    boolean tty = container.object("Config").map(c -> c.bool("Tty")).orElse(false);
    var target =
        Engine.target(
            path(name, "/logs"),
            "stdout",
            "1",
            "stderr",
            "1",
            "follow",
            call.flag("follow") ? "1" : "",
            "tail",
            call.value("tail").orElse(""),
            "since",
            call.value("since").orElse(""),
            "timestamps",
            call.flag("timestamps") ? "1" : "");
    try (var reply = call.engine().send(HttpCall.get(target))) {
      Streams.copy(reply.body(), tty, call.out());
    }
    return 0;
  }

  private static int rename(Call call) throws IOException {
    var words = call.arguments(2);
    call.engine()
        .send("POST", Engine.target(path(words.getFirst(), "/rename"), "name", words.get(1)));
    return 0;
  }

  private static int diff(Call call) throws IOException {
    for (var change : call.engine().list(Engine.target(path(call.argument(), "/changes")))) {
      var kind = List.of("C", "A", "D").get((int) change.number("Kind", 0));
      call.out().line(kind + " " + change.string("Path", ""));
    }
    return 0;
  }

  private static int commit(Call call) throws IOException {
    var words = call.arguments(1);
    var name = words.size() > 1 ? words.get(1) : "";
    int colon = name.lastIndexOf(':');
    boolean tagged = colon > name.lastIndexOf('/');
    var target =
        new StringBuilder(
            Engine.target(
                "/commit",
                "container",
                words.getFirst(),
                "repo",
                tagged ? name.substring(0, colon) : name,
                "tag",
                tagged ? name.substring(colon + 1) : "",
                "comment",
                call.value("message").orElse(""),
                "pause",
                "1"));
    for (var change : call.values("change")) {
      target.append("&changes=").append(Engine.word(change));
    }
    call.out().line(call.engine().send("POST", target.toString()).required("Id"));
    return 0;
  }

  private static int inspect(Call call) throws IOException {
    var found = new ArrayList<Object>();
    for (var name : call.arguments(1)) {
      found.add(inspect(call.engine(), name));
    }
    call.out().json(found);
    return 0;
  }

  private static Object inspect(Engine engine, String name) throws IOException {
    var word = Engine.word(name);
    for (var path :
        List.of("/containers/" + word + "/json", "/images/" + name + "/json", "/volumes/" + word)) {
      try {
        return engine.get(Engine.target(path));
      } catch (Engine.EngineException e) {
        if (e.status() != 404) {
          throw e;
        }
      }
    }
    throw new CliException(1, "no such container, image or volume: " + name);
  }
}
