package stowage.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An engine in folders of its own, and the words of its client. */
final class Peer {
  private static final int POLL_MILLIS = 20;

  private final String name;
  private final Path folder;
  private final List<String> client;
  private final List<String> server;
  private Optional<Process> process = Optional.empty();

  private Peer(String name, Path folder, List<String> client, List<String> server) {
    this.name = name;
    this.folder = folder;
    this.client = client;
    this.server = server;
  }

  /** This build's agent, driven by the stock docker CLI. */
  static Peer stowage(Path folder, Path home) {
    var jars = home.resolve("agent/target");
    var aot = jars.resolve("agent.aot");
    var server = new ArrayList<String>();
    server.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    server.addAll(
        List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xms16m", "-Xmx256m"));
    server.addAll(List.of("-Xss512k", "-ea", "--enable-native-access=ALL-UNNAMED"));
    server.addAll(
        List.of("-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=30", "-XX:-ShrinkHeapInSteps"));
    server.add("-Djdk.nio.maxCachedBufferSize=65536");
    if (Files.exists(aot)) {
      server.add("-XX:AOTCache=" + aot);
    }
    server.addAll(List.of("-cp", jars.resolve("agent-0.1.jar") + ":" + jars + "/lib/*"));
    server.addAll(List.of("stowage.agent.Main", "--root", folder + "/root"));
    server.addAll(List.of("--run", folder + "/run"));
    return new Peer(
        "stowage",
        folder,
        List.of("docker", "-H", "unix://" + folder + "/run/docker.sock"),
        server);
  }

  /** Debian's dockerd with its own containerd, without networks. */
  static Peer dockerd(Path folder) {
    var socket = folder.resolve("docker.sock");
    return new Peer(
        "dockerd",
        folder,
        List.of("docker", "-H", "unix://" + socket),
        List.of(
            "dockerd",
            "--data-root",
            folder + "/root",
            "--exec-root",
            folder + "/run",
            "--pidfile",
            folder + "/pid",
            "-H",
            "unix://" + socket,
            "--iptables=false",
            "--bridge=none",
            "--storage-driver=overlay2",
            "--insecure-registry=127.0.0.0/8"));
  }

  /** Debian's podman, which has no daemon. */
  static Peer podman(Path folder) {
    return new Peer(
        "podman",
        folder,
        List.of(
            "podman",
            "--root",
            folder + "/root",
            "--runroot",
            folder + "/run",
            "--storage-driver",
            "overlay",
            "--cgroup-manager",
            "cgroupfs",
            "--runtime",
            "runc",
            "--events-backend",
            "none"),
        List.of());
  }

  String name() {
    return name;
  }

  boolean isPodman() {
    return server.isEmpty();
  }

  void start() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(folder.resolve("run"));
    if (server.isEmpty()) {
      return;
    }
    var log = folder.resolve("log");
    var started = Processes.start(server, log);
    process = Optional.of(started);
    while (!Processes.succeeds(command("version"))) {
      if (!started.isAlive()) {
        throw new IOException(name + " did not start:\n" + Files.readString(log));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The client's words for one command. */
  List<String> command(String... words) {
    var all = new ArrayList<>(client);
    all.addAll(List.of(words));
    return all;
  }

  void client(String... words) throws IOException, InterruptedException {
    Processes.run(command(words));
  }

  /** The same, where it does not matter whether there was anything to do. */
  void quietly(String... words) throws IOException, InterruptedException {
    Processes.succeeds(command(words));
  }

  /** The daemon's resident memory in bytes, with all it has started; none without a daemon. */
  Optional<Long> memory() throws IOException {
    return process.isEmpty()
        ? Optional.empty()
        : Optional.of(Processes.memory(process.get().toHandle()));
  }

  void stop() throws InterruptedException {
    if (process.isPresent()) {
      process.get().destroy();
      process.get().waitFor();
    }
  }
}
