package stowage.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Starts and stops the agent in the background, for those who do not run it under systemd. */
final class AgentProcess {
  private static final int POLL_MILLIS = 20;

  private AgentProcess() {}

  /**
   * Starts an agent that serves {@code socket}, and waits until it answers.
   *
   * @return false if this process may not: not root, or not run by the launcher
   * @throws CliException if the agent ends instead of answering
   */
  static boolean start(Path socket) throws IOException {
    var home = System.getenv("STOWAGE_HOME");
    if (home == null || !System.getProperty("user.name").equals("root")) {
      return false;
    }
    var log = Files.createDirectories(socket.toAbsolutePath().getParent()).resolve("agent.log");
    var process =
        new ProcessBuilder("setsid", home + "/cli/src/main/sh/run", "agent")
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true)
            .start();
    try {
      while (!answers(socket)) {
        if (!process.isAlive()) {
          throw new CliException(
              1, "the agent did not start; its log is " + log + ":\n" + tail(log));
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }

  /** Asks the agent to end and waits until it has; containers go on. */
  static boolean stop(Path run) throws IOException, InterruptedException {
    var file = run.resolve("agent.pid");
    if (!Files.exists(file)) {
      return false;
    }
    Optional<ProcessHandle> agent =
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
    if (agent.isEmpty() || !agent.get().destroy()) {
      return false;
    }
    agent.get().onExit().join();
    return true;
  }

  private static boolean answers(Path socket) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException notYet) {
      return false;
    }
  }

  private static String tail(Path log) throws IOException {
    var lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }
}
