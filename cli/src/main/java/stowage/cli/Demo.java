package stowage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The story of container storage, told with real commands on real storage: what is printed after a
 * {@code $} is carried out as printed, and its output follows.
 */
final class Demo {
  private static final String BASE = "stowage-demo-base";
  private static final String IMAGE = "stowage-demo";
  private static final String BUSYBOX = "/usr/bin/busybox";
  private static final List<String> APPLETS =
      List.of(
          "sh", "cat", "ls", "echo", "mkdir", "rm", "touch", "chown", "stat", "id", "sleep", "true",
          "wc", "head", "df");

  private final Call call;
  private final Path folder;

  private Demo(Call call, Path folder) {
    this.call = call;
    this.folder = folder;
  }

  static int run(Call call) throws IOException, InterruptedException {
    var folder = Files.createTempDirectory("stowage-demo");
    var demo = new Demo(call, folder);
    try {
      demo.clean();
      demo.tell(call.arguments().isEmpty() ? "" : call.argument());
      return 0;
    } finally {
      demo.clean();
      demo.deleteFolder();
    }
  }

  private void tell(String name) throws IOException, InterruptedException {
    chapter("1. An image is a stack of read-only layers");
    say("The base layer comes first; an application's files are a second layer on it. A redeploy");
    say("moves only the layers that changed.");
    baseLayer(name);
    secondLayer();
    stowage("history", IMAGE);

    chapter("2. Two containers share the layers, and each has its own on top");
    stowage("run", "-d", "--name", "demo-one", IMAGE, "sleep", "1000");
    stowage("run", "-d", "--name", "demo-two", IMAGE, "sleep", "1000");
    say(
        "A file written in one is not seen in the other. The layers below are the same, and"
            + " mounted");
    say("once; a write copies the file up into the container's own layer (copy-on-write).");
    stowage("exec", "demo-one", "sh", "-c", "echo mine > /app/note; ls /app");
    stowage("exec", "demo-two", "ls", "/app");
    stowage("diff", "demo-one");

    chapter("3. Removing a container removes its layer and nothing else");
    stowage("rm", "-f", "demo-one");
    say("What it wrote is gone; the image, and every container on it, is as it was.");
    stowage("run", "--rm", IMAGE, "ls", "/app");
    stowage("rm", "-f", "demo-two");

    chapter("4. A bind mount: a folder of the host, seen inside");
    Files.writeString(folder.resolve("page.html"), "first version\n");
    stowage("run", "-d", "--name", "demo-web", "-v", folder + ":/site:ro", IMAGE, "sleep", "1000");
    stowage("exec", "demo-web", "cat", "/site/page.html");
    say("Host processes may change it at any time, and the running container sees it:");
    host("echo 'second version' > " + folder + "/page.html");
    stowage("exec", "demo-web", "cat", "/site/page.html");
    stowage("rm", "-f", "demo-web");

    volumes();
    next();
  }

  private void baseLayer(String name) throws IOException, InterruptedException {
    if (!name.isEmpty()) {
      stowage("pull", name);
      stowage("tag", name, BASE);
      return;
    }
    out().line("");
    out().line(out().strong("$ stowage pull busybox"));
    try {
      ImageCommands.pull(call.engine(), out(), "busybox", "");
      stowage("tag", "busybox", BASE);
    } catch (CliException | Engine.EngineException noRegistry) {
      out().line(out().faint(noRegistry.getMessage()));
      say(
          "Docker Hub cannot be reached from here, so the base is composed from this machine's"
              + " own");
      say("static busybox: a tar of one program and its names becomes a layer as it is.");
      compose();
    }
  }

  private void compose() throws IOException, InterruptedException {
    var tree = folder.resolve("base");
    for (var made : List.of("bin", "etc", "tmp", "root", "proc", "sys", "dev")) {
      Files.createDirectories(tree.resolve(made));
    }
    Files.copy(Path.of(BUSYBOX), tree.resolve("bin/busybox"));
    tree.resolve("bin/busybox").toFile().setExecutable(true, false);
    for (var applet : APPLETS) {
      Files.createSymbolicLink(tree.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    Files.writeString(
        tree.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n");
    Files.writeString(tree.resolve("etc/group"), "root:x:0:\napp:x:1000:\n");
    var tar = folder.resolve("base.tar");
    host("tar -C " + tree + " --owner=0 --group=0 -cf " + tar + " .");
    stowage("import", "-c", "CMD [\"sh\"]", tar.toString(), BASE);
  }

  private void secondLayer() throws IOException, InterruptedException {
    say("A container changes files; commit makes a layer of exactly what it changed.");
    stowage(
        "run",
        "--name",
        "demo-build",
        BASE,
        "sh",
        "-c",
        "mkdir -p /app /data; echo 'hello from the image' > /data/welcome; "
            + "echo 1.0 > /app/version; chown -R 1000:1000 /data");
    stowage("commit", "-m", "the application", "demo-build", IMAGE);
    stowage("rm", "demo-build");
  }

  private void volumes() throws IOException, InterruptedException {
    chapter("5. A volume: managed by the agent, filled from the image, outlives its containers");
    stowage("volume", "create", "demo-data");
    say(
        "The first container that mounts the empty volume finds what the image has there, with"
            + " its");
    say("owner: user 1000 can write at once.");
    stowage(
        "run",
        "--rm",
        "-u",
        "1000",
        "-v",
        "demo-data:/data",
        IMAGE,
        "sh",
        "-c",
        "cat /data/welcome; echo 'written by the first container' > /data/kept; ls -ln /data");
    say("That container is gone. Another one, and the data is still there:");
    stowage("run", "--rm", "-v", "demo-data:/data", IMAGE, "cat", "/data/kept");
    stowage("volume", "ls");
    say("While a container uses it, running or stopped, it cannot be removed:");
    stowage("create", "--name", "demo-holder", "-v", "demo-data:/data", IMAGE, "true");
    stowage("volume", "rm", "demo-data");
    stowage("rm", "demo-holder");
    stowage("volume", "rm", "demo-data");
  }

  private void next() {
    chapter("What to try next");
    out().line("The agent stays up. The stock docker CLI drives it too:");
    out().line("  docker -H unix://" + Main.runFolder() + "/docker.sock images");
    out()
        .line(
            "  docker -H unix://"
                + Main.runFolder()
                + "/docker.sock run --rm "
                + IMAGE
                + " cat /data/welcome");
    out().line("  sudo ./stowage run --rm -it " + IMAGE + " sh");
    out().line("  sudo ./stowage --help");
    out().line("It ends with: sudo ./stowage agent stop");
  }

  /** Prints a command of ours and carries it out; a failure is part of the story. */
  private void stowage(String... words) throws IOException, InterruptedException {
    out().line("");
    out().line(out().strong("$ stowage " + shown(words)));
    try {
      Main.execute(List.of(words), call.engine(), out());
    } catch (CliException | Engine.EngineException e) {
      out().line("stowage: " + e.getMessage());
    }
  }

  private void host(String command) throws IOException, InterruptedException {
    out().line("");
    out().line(out().strong("$ " + command));
    var process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    try (InputStream printed = process.getInputStream()) {
      printed.transferTo(out().stdout());
    }
    if (process.waitFor() != 0) {
      throw new CliException(1, "the command failed: " + command);
    }
  }

  private static String shown(String... words) {
    var shown = new ArrayList<String>();
    for (var word : words) {
      boolean plain = word.matches("[\\w./:@=,+-]+");
      shown.add(plain ? word : word.contains("'") ? '"' + word + '"' : "'" + word + "'");
    }
    return String.join(" ", shown);
  }

  private void chapter(String title) {
    out().line("");
    out().line(out().strong("== " + title));
  }

  private void say(String text) {
    out().line(out().faint("   " + text));
  }

  private Output out() {
    return call.out();
  }

  /** Removes what an interrupted demo may have left; the image stays, for what to try next. */
  private void clean() throws IOException {
    for (var name : List.of("demo-build", "demo-one", "demo-two", "demo-web", "demo-holder")) {
      quietly(Engine.target("/containers/" + name, "force", "1", "v", "1"));
    }
    quietly(Engine.target("/volumes/demo-data"));
  }

  private void quietly(String target) throws IOException {
    try {
      call.engine().send("DELETE", target);
    } catch (Engine.EngineException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  private void deleteFolder() throws IOException {
    List<Path> all;
    try (var files = Files.walk(folder)) {
      all = new ArrayList<>(files.toList());
    }
    for (var file : all.reversed()) {
      Files.delete(file);
    }
  }
}
