package stowage.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real agent in a temporary folder of its own, and the stock clients that talk to it. Closing it
 * removes its containers and fails if anything is left: a mount, a process, a file.
 */
final class TestAgent implements AutoCloseable {
  private static final Path HOUSE = Path.of(System.getProperty("root", "..")).toAbsolutePath();
  private static final int POLL_MILLIS = 10;

  final Path folder;
  final Path root;
  final Path run;
  private Map<String, String> environment;
  private final List<String> flags;
  private Process process;

  private TestAgent(Path folder, Path root, Map<String, String> environment, List<String> flags) {
    this.folder = folder;
    this.root = root;
    this.run = folder.resolve("run");
    this.environment = environment;
    this.flags = flags;
  }

  /** Starts one in a fresh folder. */
  static TestAgent start(String... flags) throws IOException {
    var folder = Files.createTempDirectory(Path.of("/tmp"), "stowage-e2e-");
    return start(folder, folder.resolve("root"), Map.of(), flags);
  }

  /** None that runs, but a folder of several, for what is left in it. */
  static TestAgent of(Path folder) {
    return new TestAgent(folder, folder, Map.of(), List.of());
  }

  /** Starts one with its root where a test wants it, under an environment. */
  static TestAgent start(Path folder, Path root, Map<String, String> environment, String... flags)
      throws IOException {
    var agent = new TestAgent(folder, root, environment, List.of(flags));
    agent.launch();
    agent.awaitAnswer();
    return agent;
  }

  /** The words that start an agent of this build on {@code root} and {@code run}. */
  static List<String> command(Path root, Path run, List<String> flags) {
    var jars = HOUSE.resolve("agent/target");
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(
        List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xms16m", "-Xmx256m"));
    words.addAll(List.of("-Xss512k", "-ea", "--enable-native-access=ALL-UNNAMED", "-cp"));
    words.add(jars.resolve("agent-0.1.jar") + ":" + jars.resolve("lib") + "/*");
    words.addAll(List.of("stowage.agent.Main", "--root", root.toString()));
    words.addAll(List.of("--run", run.toString()));
    words.addAll(List.of("--aws-listen", "127.0.0.1:0")); // several agents at once, each its own
    words.addAll(flags);
    return words;
  }

  private void launch() throws IOException {
    var builder = new ProcessBuilder(command(root, run, flags));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    process = builder.start();
  }

  private void awaitAnswer() throws IOException {
    while (!answers()) {
      if (!process.isAlive()) {
        throw new AssertionError("the agent ended: " + Files.readString(log()));
      }
      pause();
    }
  }

  private boolean answers() {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket()));
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Path socket() {
    return run.resolve("docker.sock");
  }

  Path log() {
    return folder.resolve("agent.log");
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The stock docker CLI. */
  Shell.Result docker(String... words) {
    return docker(new byte[0], words);
  }

  Shell.Result docker(byte[] stdin, String... words) {
    var command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket()));
    command.addAll(Arrays.asList(words));
    return Shell.run(command, stdin, Map.of("DOCKER_CONFIG", folder.resolve("config").toString()));
  }

  /** The stock aws CLI at this agent's endpoint. */
  Shell.Result aws(String... words) {
    var command = new ArrayList<>(List.of("aws", "--endpoint-url", awsEndpoint()));
    command.addAll(List.of("--output", "text"));
    command.addAll(Arrays.asList(words));
    return Shell.run(
        command,
        new byte[0],
        Map.of(
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_DEFAULT_REGION", "local"));
  }

  /** Where the EC2 API of this life of the agent is. */
  private String awsEndpoint() {
    var sign = "aws.listening address=";
    try {
      return Files.readAllLines(log()).stream()
          .filter(line -> line.contains(sign))
          .map(line -> "http://" + line.substring(line.indexOf(sign) + sign.length()).strip())
          .reduce((earlier, last) -> last)
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stowage CLI. */
  Shell.Result stowage(String... words) {
    var command = stowageCommand();
    command.addAll(Arrays.asList(words));
    return Shell.run(command, new byte[0], Map.of());
  }

  /** The words that start it. */
  List<String> stowageCommand() {
    var jars = HOUSE.resolve("cli/target");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-cp", jars.resolve("cli-0.1.jar") + ":" + jars.resolve("lib") + "/*"));
    command.addAll(List.of("stowage.cli.Main", "-H", "unix://" + run.resolve("stowage.sock")));
    return command;
  }

  /** Imports a busybox image under {@code name}: the machine's static one, with all its applets. */
  void importBusybox(String name) {
    var tar = Busybox.tar();
    docker(tar, "import", "-c", "CMD [\"sh\"]", "-", name).ok();
  }

  /** Ends the agent as a crash would, and waits for its end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends the agent as systemd would. */
  int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  /** Starts it again on the same folders, under another environment. */
  void restart(Map<String, String> under) throws IOException {
    environment = under;
    restart();
  }

  /** Starts it again on the same folders. */
  void restart() throws IOException {
    launch();
    awaitAnswer();
  }

  @Override
  public void close() throws IOException {
    try {
      if (process != null && process.isAlive()) {
        var ids = docker("ps", "-aq", "--no-trunc").line();
        if (!ids.isEmpty()) {
          var words = new ArrayList<>(List.of("rm", "-f", "-v"));
          words.addAll(List.of(ids.split("\n")));
          docker(words.toArray(String[]::new));
        }
        terminate();
      }
      endBlockServers();
      var left = leftovers();
      if (!left.isEmpty()) {
        throw new AssertionError(
            "left behind: " + left + "\nthe agent's log:\n" + Files.readString(log()));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      cleanUp();
    }
  }

  /** They outlive agents on purpose; nothing may be attached any more, so nothing else stays. */
  void endBlockServers() throws IOException {
    for (var pid : processes()) {
      if (commandLine(pid).contains(".blockd.")) {
        var server = ProcessHandle.of(Long.parseLong(pid.getFileName().toString()));
        server.ifPresent(ProcessHandle::destroy);
        server.ifPresent(handle -> handle.onExit().join());
      }
    }
  }

  /** Loop devices over files below the agent's folders. */
  List<String> loops() throws IOException {
    var found = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (var loop : all) {
        var backing = loop.resolve("loop/backing_file");
        if (Files.exists(backing) && Files.readString(backing).contains(folder.toString())) {
          found.add(loop.getFileName() + " over " + Files.readString(backing).strip());
        }
      }
    }
    return found;
  }

  /** Mounts below the agent's folders, loop devices over them, and processes that name them. */
  List<String> leftovers() throws IOException {
    var left = new ArrayList<>(loops());
    for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.split(" ")[4].startsWith(folder.toString())) {
        left.add("mount " + line.split(" ")[4]);
      }
    }
    for (var pid : processes()) {
      left.add("process " + pid + ": " + commandLine(pid));
    }
    return left;
  }

  private List<Path> processes() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+"))
          .filter(p -> commandLine(p).contains(folder.toString()))
          .toList();
    }
  }

  private static String commandLine(Path pid) {
    try {
      return Files.readString(pid.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException | UncheckedIOException gone) {
      return "";
    }
  }

  /** Even after a failed test nothing stays: kill, unmount, delete. */
  private void cleanUp() throws IOException {
    if (process != null) {
      process.destroyForcibly();
    }
    for (var pid : processes()) {
      ProcessHandle.of(Long.parseLong(pid.getFileName().toString()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
    var mounts = new ArrayList<String>();
    for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      var at = line.split(" ")[4];
      if (at.startsWith(folder.toString())) {
        mounts.add(at);
      }
    }
    mounts.reversed().forEach(at -> Shell.run("umount", "-l", at));
    Shell.run("rm", "-rf", "--one-file-system", folder.toString());
  }
}
