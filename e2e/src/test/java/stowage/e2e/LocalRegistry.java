package stowage.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry with an empty folder, on a free port of the loopback. */
final class LocalRegistry implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");
  private static final int POLL_MILLIS = 20;

  private final Path folder;
  private final int port;
  private final Process process;

  private LocalRegistry(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  static LocalRegistry start() throws IOException {
    var folder = Files.createTempDirectory(Path.of("/tmp"), "stowage-registry-");
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
        http: {addr: '127.0.0.1:%d'}
        """
            .formatted(folder, port));
    var process =
        new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    var registry = new LocalRegistry(folder, port, process);
    registry.awaitAnswer();
    return registry;
  }

  private void awaitAnswer() throws IOException {
    while (true) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assert socket.isConnected();
        return;
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          throw new AssertionError(Files.readString(folder.resolve("log")), notYet);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    Shell.run("rm", "-rf", folder.toString());
  }
}
