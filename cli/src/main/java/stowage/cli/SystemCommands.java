package stowage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.http.HttpCall;

/** Commands about the agent and its store. */
final class SystemCommands {
  private SystemCommands() {}

  static List<Command> all() {
    return Stream.concat(store().stream(), agent().stream()).toList();
  }

  private static List<Command> store() {
    return List.of(
        Command.of(
            "info",
            "",
            "Show what the agent found on this machine, and what it keeps",
            SystemCommands::info,
            Formats.FORMAT),
        Command.of(
            "system df",
            "",
            "Show what takes space, and what of it could be freed",
            SystemCommands::usage,
            Formats.FORMAT),
        Command.of(
                "system check",
                "",
                "Read every layer again and compare it with its digest",
                SystemCommands::check,
                Option.value(
                    "subset", ' ', "N/M", "only the N-th of M parts, for a part each night"),
                Option.flag("resume", ' ', "go on where the last check was interrupted"))
            .teaching(
                "Damaged layers are mended from the registry they came from, or reported with the"
                    + " images they hurt.\n"
                    + "The exit status is 1 if anything is left damaged."),
        Command.of(
            "system prune",
            "",
            "Remove what nothing uses",
            SystemCommands::prune,
            Option.flag("all", 'a', "also images no container uses"),
            Option.flag("volumes", ' ', "also anonymous volumes")));
  }

  private static List<Command> agent() {
    return List.of(
        Command.of(
            "events",
            "",
            "Show what happens, as it happens",
            SystemCommands::events,
            Option.value("since", ' ', "TIME", "begin with what happened since"),
            Option.value("until", ' ', "TIME", "end there"),
            Formats.FILTER),
        Command.of(
            "version", "", "Show the versions of agent and runtime", SystemCommands::version),
        Command.of(
            "agent",
            "[OPTIONS]",
            "Run the agent in the foreground; --help lists settings",
            SystemCommands::agentHelp),
        Command.of(
            "agent stop",
            "",
            "End the agent in the background; containers go on",
            SystemCommands::agentStop),
        Command.of(
                "completion",
                "bash|zsh|fish",
                "Print a script that completes commands",
                Completion::script)
            .teaching("  source <(stowage completion bash)"),
        Command.of(
            "demo", "[IMAGE]", "Tell the story of container storage on real storage", Demo::run));
  }

  private static int info(Call call) throws IOException {
    var info = call.engine().object(Engine.target("/info"));
    if (Formats.of(call).equals("json")) {
      call.out().json(info);
      return 0;
    }
    var out = call.out();
    out.line("Agent:        " + info.string("Name", "") + ", " + info.string("ServerVersion", ""));
    out.line("Root:         " + info.string("DockerRootDir", ""));
    out.line("Kernel:       " + info.string("KernelVersion", ""));
    out.line("System:       " + info.string("OperatingSystem", ""));
    out.line("Runtime:      " + info.string("DefaultRuntime", ""));
    out.line("Cgroups:      v" + info.string("CgroupVersion", ""));
    out.line("Images:       " + info.number("Images", 0));
    out.line(
        "Containers:   "
            + info.number("Containers", 0)
            + ", "
            + info.number("ContainersRunning", 0)
            + " running");
    out.line("Storage:      " + info.string("Driver", ""));
    var driver = info.map().get("DriverStatus");
    if (driver instanceof List<?> pairs) {
      for (var pair : pairs) {
        if (pair instanceof List<?> words && words.size() == 2) {
          out.line("  %s: %s".formatted(words.get(0), words.get(1)));
        }
      }
    }
    info.strings("Warnings").forEach(warning -> out.note("WARNING: " + warning));
    return 0;
  }

  private static int usage(Call call) throws IOException {
    var usage = call.engine().object(Engine.target("/system/df"));
    var rows = new ArrayList<List<String>>();
    var images = usage.objects("Images");
    long freeable = 0;
    long used = 0;
    for (var image : images) {
      boolean idle = image.number("Containers", 0) <= 0;
      freeable += idle ? image.number("Size", 0) - Math.max(0, image.number("SharedSize", 0)) : 0;
      used += idle ? 0 : 1;
    }
    rows.add(row("Images", images.size(), used, usage.number("LayersSize", 0), freeable));
    var containers = usage.objects("Containers");
    long running = containers.stream().filter(c -> c.string("State", "").equals("running")).count();
    long written = sum(containers, false);
    rows.add(row("Containers", containers.size(), running, written, sum(containers, true)));
    long volumeBytes = 0;
    long idleBytes = 0;
    long held = 0;
    for (var volume : usage.objects("Volumes")) {
      var data = volume.object("UsageData").orElseThrow();
      volumeBytes += Math.max(0, data.number("Size", 0));
      held += data.number("RefCount", 0) > 0 ? 1 : 0;
      idleBytes += data.number("RefCount", 0) > 0 ? 0 : Math.max(0, data.number("Size", 0));
    }
    rows.add(row("Volumes", usage.objects("Volumes").size(), held, volumeBytes, idleBytes));
    call.out()
        .rows(Formats.of(call), List.of("TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"), rows);
    return 0;
  }

  private static long sum(List<JsonObject> containers, boolean idleOnly) {
    return containers.stream()
        .filter(c -> !idleOnly || !c.string("State", "").equals("running"))
        .mapToLong(c -> c.number("SizeRw", 0))
        .sum();
  }

  private static List<String> row(String type, long total, long active, long size, long free) {
    return List.of(type, "" + total, "" + active, Text.size(size), Text.size(free));
  }

  private static int check(Call call) throws IOException {
    var target =
        Engine.target(
            "/stowage/check",
            "subset",
            call.value("subset").orElse(""),
            "resume",
            call.flag("resume") ? "1" : "");
    var report = call.engine().send("POST", target);
    var out = call.out();
    out.line(
        "%d layers, %s read, %d damaged, %d mended"
            .formatted(
                report.number("Checked", 0), Text.size(report.number("Bytes", 0)),
                report.objects("Damaged").size(), report.strings("Mended").size()));
    for (var damaged : report.objects("Damaged")) {
      out.line(
          "damaged: %s: %s; images: %s"
              .formatted(
                  damaged.string("Layer", ""),
                  damaged.string("Reason", ""),
                  String.join(", ", damaged.strings("Images"))));
    }
    report.strings("Mended").forEach(layer -> out.line("mended: " + layer));
    return report.objects("Damaged").size() > report.strings("Mended").size() ? 1 : 0;
  }

  private static int prune(Call call) throws IOException {
    long freed = 0;
    var engine = call.engine();
    freed += prune(call, engine.send("POST", Engine.target("/containers/prune")), "Containers");
    var all = call.flag("all") ? "{\"dangling\":[\"false\"]}" : "";
    freed +=
        prune(call, engine.send("POST", Engine.target("/images/prune", "filters", all)), "Images");
    if (call.flag("volumes")) {
      freed += prune(call, engine.send("POST", Engine.target("/volumes/prune")), "Volumes");
    }
    call.out().line("Reclaimed " + Text.size(freed));
    return 0;
  }

  private static long prune(Call call, JsonObject done, String what) {
    if (done.map().get(what + "Deleted") instanceof List<?> deleted) {
      deleted.forEach(d -> call.out().line(d instanceof String id ? id : Json.text(d)));
    }
    return done.number("SpaceReclaimed", 0);
  }

  private static int events(Call call) throws IOException {
    var target =
        Engine.target(
            "/events",
            "since",
            call.value("since").orElse(""),
            "until",
            call.value("until").orElse(""),
            "filters",
            Engine.filters(call.values("filter")));
    try (var reply = call.engine().send(HttpCall.get(target))) {
      reply.body().transferTo(call.out().stdout());
    }
    return 0;
  }

  private static int version(Call call) throws IOException {
    var version = call.engine().object(Engine.target("/version"));
    for (var component : version.objects("Components")) {
      call.out().line(component.string("Name", "") + " " + component.string("Version", ""));
    }
    return 0;
  }

  private static int agentHelp(Call call) {
    call.out().line("The agent is started by the launcher: sudo stowage agent");
    call.out().line("Its settings are in docs/settings.md.");
    return 0;
  }

  private static int agentStop(Call call) throws IOException, InterruptedException {
    boolean stopped = AgentProcess.stop(Path.of(Main.runFolder()));
    call.out().line(stopped ? "stopped" : "no agent runs in " + Main.runFolder());
    return stopped ? 0 : 1;
  }
}
