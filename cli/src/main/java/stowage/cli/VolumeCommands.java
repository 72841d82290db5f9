package stowage.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.JsonObject;

/** Commands about volumes and mounts. */
final class VolumeCommands {
  private VolumeCommands() {}

  static List<Command> all() {
    return List.of(
        Command.of(
            "volume ls",
            "",
            "List volumes",
            VolumeCommands::list,
            Formats.QUIET,
            Formats.FILTER,
            Formats.FORMAT),
        Command.of(
                "volume create",
                "[NAME]",
                "Create a volume; without NAME an anonymous one",
                VolumeCommands::create,
                Option.value("driver", 'd', "DRIVER", "what keeps it (default local)"),
                Option.list("opt", 'o', "NAME=VALUE", "an option of the driver: type, device, o"),
                Option.list("label", ' ', "NAME=VALUE", "a label"))
            .teaching(
                "  stowage volume create data\n"
                    + "  stowage volume create -o type=tmpfs -o device=tmpfs -o o=size=64m"
                    + " scratch\n"
                    + "  stowage run --rm -v data:/data alpine touch /data/here"),
        Command.of(
            "volume inspect", "NAME [NAME...]", "Show all about volumes", VolumeCommands::inspect),
        Command.of(
            "volume rm",
            "NAME [NAME...]",
            "Remove volumes and their data",
            VolumeCommands::remove,
            Option.flag("force", 'f', "no error where there is none")),
        Command.of(
            "volume prune",
            "",
            "Remove anonymous volumes that no container uses",
            VolumeCommands::prune,
            Option.flag("all", 'a', "named ones too"),
            Formats.FILTER),
        Command.of(
            "mount ls",
            "CONTAINER",
            "List what is mounted into a container, and from where",
            VolumeCommands::mounts,
            Formats.FORMAT),
        Command.of(
                "doctor",
                "CONTAINER",
                "Explain who owns a container's mounts and who it runs as",
                VolumeCommands::doctor)
            .teaching(
                "For every mount the container's process cannot use as it was told to, it "
                    + "says who owns what, who the\ncontainer runs as, and which option helps."));
  }

  private static int list(Call call) throws IOException {
    var target = Engine.target("/volumes", "filters", Engine.filters(call.values("filter")));
    var rows = new ArrayList<List<String>>();
    for (var volume : call.engine().object(target).objects("Volumes")) {
      rows.add(
          List.of(
              volume.required("Name"),
              volume.string("Driver", ""),
              volume.string("CreatedAt", ""),
              volume.string("Mountpoint", "")));
    }
    if (call.flag("quiet")) {
      rows.forEach(row -> call.out().line(row.getFirst()));
    } else {
      call.out().rows(Formats.of(call), List.of("NAME", "DRIVER", "CREATED", "MOUNTPOINT"), rows);
    }
    return 0;
  }

  private static int create(Call call) throws IOException {
    var body = new LinkedHashMap<String, Object>();
    body.put("Name", call.arguments().isEmpty() ? "" : call.argument());
    body.put("Driver", call.value("driver").orElse("local"));
    body.put("DriverOpts", pairs(call, "opt"));
    body.put("Labels", pairs(call, "label"));
    call.out().line(call.engine().post(Engine.target("/volumes/create"), body).required("Name"));
    return 0;
  }

  /** The values of a repeated option, each NAME=VALUE. */
  static Map<String, String> pairs(Call call, String option) {
    var pairs = new LinkedHashMap<String, String>();
    for (var pair : call.values(option)) {
      int equals = pair.indexOf('=');
      pairs.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    return pairs;
  }

  private static int inspect(Call call) throws IOException {
    var volumes = new ArrayList<JsonObject>();
    for (var name : call.arguments(1)) {
      volumes.add(call.engine().object(Engine.target("/volumes/" + Engine.word(name))));
    }
    call.out().json(volumes);
    return 0;
  }

  private static int remove(Call call) throws IOException {
    for (var name : call.arguments(1)) {
      call.engine()
          .send(
              "DELETE",
              Engine.target(
                  "/volumes/" + Engine.word(name), "force", call.flag("force") ? "1" : ""));
      call.out().line(name);
    }
    return 0;
  }

  private static int prune(Call call) throws IOException {
    var filters = new ArrayList<>(call.values("filter"));
    if (call.flag("all")) {
      filters.add("all=true");
    }
    var done =
        call.engine()
            .send("POST", Engine.target("/volumes/prune", "filters", Engine.filters(filters)));
    done.strings("VolumesDeleted").forEach(call.out()::line);
    call.out().line("Reclaimed " + Text.size(done.number("SpaceReclaimed", 0)));
    return 0;
  }

  private static int mounts(Call call) throws IOException {
    var container =
        call.engine()
            .object(Engine.target("/containers/" + Engine.word(call.argument()) + "/json"));
    var rows = new ArrayList<List<String>>();
    for (var mount : container.objects("Mounts")) {
      rows.add(
          List.of(
              mount.string("Type", ""),
              mount.string("Name", ""),
              mount.string("Destination", ""),
              mount.bool("RW") ? "rw" : "ro",
              mount.string("Source", "")));
    }
    call.out().rows(Formats.of(call), List.of("TYPE", "VOLUME", "TARGET", "MODE", "SOURCE"), rows);
    return 0;
  }

  private static int doctor(Call call) throws IOException {
    var report =
        call.engine()
            .object(Engine.target("/containers/" + Engine.word(call.argument()) + "/doctor"));
    report.strings("Findings").forEach(call.out()::line);
    return report.bool("Healthy") ? 0 : 1;
  }
}
