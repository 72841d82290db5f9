package stowage.cli;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import stowage.base.JsonObject;
import stowage.http.HttpCall;

/** Commands about images. */
final class ImageCommands {
  private static final Option INPUT =
      Option.value("input", 'i', "FILE", "read the archive from FILE, not from standard input");

  private ImageCommands() {}

  static List<Command> all() {
    return List.of(
        Command.of(
            "images",
            "[NAME]",
            "List images",
            ImageCommands::list,
            Formats.QUIET,
            Option.flag("all", 'a', "also images without a name"),
            Formats.FILTER,
            Formats.FORMAT),
        Command.of(
                "pull",
                "NAME[:TAG|@DIGEST]",
                "Fetch an image from a registry",
                ImageCommands::pull,
                Option.value("platform", ' ', "OS/ARCH", "another platform than this machine's"))
            .teaching(
                "Only layers not here yet are moved. Pulling again checks what is here, and "
                    + "mends what the disk has damaged."),
        Command.of("push", "NAME[:TAG]", "Send an image to a registry", ImageCommands::push),
        Command.of(
                "load",
                "",
                "Read images from a docker save or OCI layout archive",
                ImageCommands::load,
                INPUT)
            .teaching(
                "The archive may be compressed with gzip or zstd.\n\n"
                    + "  stowage load -i image.tar\n  docker save alpine | stowage load"),
        Command.of(
            "save",
            "IMAGE [IMAGE...]",
            "Write images to an archive",
            ImageCommands::save,
            Option.value("output", 'o', "FILE", "write to FILE, not to standard output")),
        Command.of(
            "import",
            "FILE|- [NAME[:TAG]]",
            "Make an image of one layer from a tar",
            ImageCommands::importTar,
            Option.list("change", 'c', "INSTRUCTION", "a Dockerfile instruction, as CMD or ENV"),
            Option.value("message", 'm', "TEXT", "what the history says of the layer")),
        Command.of("tag", "IMAGE NAME[:TAG]", "Give an image another name", ImageCommands::tag),
        Command.of(
            "rmi",
            "IMAGE [IMAGE...]",
            "Remove names of images, and images without any",
            ImageCommands::remove,
            Option.flag("force", 'f', "also when a stopped container uses it")),
        Command.of(
            "history",
            "IMAGE",
            "Show the layers of an image and what made them",
            ImageCommands::history,
            Formats.FORMAT));
  }

  private static int list(Call call) throws IOException {
    var filters = new ArrayList<>(call.values("filter"));
    call.arguments().forEach(name -> filters.add("reference=" + name));
    var target =
        Engine.target(
            "/images/json", "all", call.flag("all") ? "1" : "", "filters", Engine.filters(filters));
    var rows = new ArrayList<List<String>>();
    for (var image : call.engine().list(target)) {
      var tags = image.strings("RepoTags");
      for (var tag : tags.isEmpty() ? List.of("<none>:<none>") : tags) {
        int colon = tag.lastIndexOf(':');
        rows.add(
            List.of(
                tag.substring(0, colon),
                tag.substring(colon + 1),
                Text.shortId(image.required("Id")),
                Text.ago(image.number("Created", 0)),
                Text.size(image.number("Size", 0))));
      }
    }
    if (call.flag("quiet")) {
      rows.stream().map(row -> row.get(2)).distinct().forEach(call.out()::line);
    } else {
      call.out()
          .rows(
              Formats.of(call), List.of("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"), rows);
    }
    return 0;
  }

  private static int pull(Call call) throws IOException {
    pull(call.engine(), call.out(), call.argument(), call.value("platform").orElse(""));
    return 0;
  }

  /** Pulls {@code name} and shows how it goes. */
  static void pull(Engine engine, Output out, String name, String platform) throws IOException {
    boolean digest = name.contains("@");
    int colon = name.lastIndexOf(':');
    boolean tagged = !digest && colon > name.lastIndexOf('/');
    var repository =
        digest ? name.substring(0, name.indexOf('@')) : tagged ? name.substring(0, colon) : name;
    var tag =
        digest
            ? name.substring(name.indexOf('@') + 1)
            : tagged ? name.substring(colon + 1) : "latest";
    var target =
        Engine.target("/images/create", "fromImage", repository, "tag", tag, "platform", platform);
    stream(engine, out, HttpCall.of("POST", target));
  }

  private static void stream(Engine engine, Output out, HttpCall call) throws IOException {
    try (var reply = engine.send(call)) {
      new ProgressView(out).show(reply.body());
    }
  }

  private static int push(Call call) throws IOException {
    var name = call.argument();
    int colon = name.lastIndexOf(':');
    boolean tagged = colon > name.lastIndexOf('/');
    var repository = tagged ? name.substring(0, colon) : name;
    var target =
        Engine.target(
            "/images/" + repository + "/push",
            "tag",
            tagged ? name.substring(colon + 1) : "latest");
    stream(call.engine(), call.out(), HttpCall.of("POST", target).with("X-Registry-Auth", "e30="));
    return 0;
  }

  private static int load(Call call) throws IOException {
    try (var archive = input(call.value("input").orElse("-"))) {
      stream(call.engine(), call.out(), upload("/images/load", archive));
    }
    return 0;
  }

  private static HttpCall upload(String target, InputStream body) {
    return HttpCall.of("POST", target.startsWith("/v") ? target : Engine.target(target))
        .with("Content-Type", "application/x-tar")
        .with(new HttpCall.Streamed(body));
  }

  private static InputStream input(String file) throws IOException {
    return file.equals("-") ? System.in : new FileInputStream(file);
  }

  private static int save(Call call) throws IOException {
    var names = new StringBuilder(Engine.target("/images/get"));
    char separator = '?';
    for (var name : call.arguments(1)) {
      names.append(separator).append("names=").append(Engine.word(name));
      separator = '&';
    }
    var file = call.value("output");
    if (file.isEmpty() && call.out().terminal()) {
      throw new CliException(1, "refusing to write an archive to a terminal: give --output FILE");
    }
    try (var reply = call.engine().send(HttpCall.get(names.toString()));
        OutputStream to = file.isEmpty() ? call.out().stdout() : new FileOutputStream(file.get())) {
      reply.body().transferTo(to);
    }
    return 0;
  }

  private static int importTar(Call call) throws IOException {
    var arguments = call.arguments(1);
    var name = arguments.size() > 1 ? arguments.get(1) : "";
    var target =
        new StringBuilder(
            Engine.target(
                "/images/create",
                "fromSrc",
                "-",
                "repo",
                name,
                "message",
                call.value("message").orElse("")));
    for (var change : call.values("change")) {
      target.append("&changes=").append(Engine.word(change));
    }
    try (var tar = input(arguments.getFirst())) {
      stream(call.engine(), call.out(), upload(target.toString(), tar));
    }
    return 0;
  }

  private static int tag(Call call) throws IOException {
    var arguments = call.arguments(2);
    var name = arguments.get(1);
    int colon = name.lastIndexOf(':');
    boolean tagged = colon > name.lastIndexOf('/');
    call.engine()
        .send(
            "POST",
            Engine.target(
                "/images/" + arguments.getFirst() + "/tag",
                "repo",
                tagged ? name.substring(0, colon) : name,
                "tag",
                tagged ? name.substring(colon + 1) : ""));
    return 0;
  }

  private static int remove(Call call) throws IOException {
    for (var name : call.arguments(1)) {
      var target = Engine.target("/images/" + name, "force", call.flag("force") ? "1" : "");
      for (var removal : call.engine().send("DELETE", target).objects("list")) {
        removal.map().forEach((what, id) -> call.out().line(what + ": " + id));
      }
    }
    return 0;
  }

  private static int history(Call call) throws IOException {
    var rows = new ArrayList<List<String>>();
    for (JsonObject step :
        call.engine().list(Engine.target("/images/" + call.argument() + "/history"))) {
      rows.add(
          List.of(
              Text.shortId(step.string("Id", "")),
              Text.ago(step.number("Created", 0)),
              step.string("CreatedBy", ""),
              Text.size(step.number("Size", 0)),
              step.string("Comment", "")));
    }
    call.out()
        .rows(Formats.of(call), List.of("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"), rows);
    return 0;
  }
}
