package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real registry, Debian's {@code docker-registry}, on loopback. */
final class DockerRegistry implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  /** "user" with the password "pass", by bcrypt. */
  private static final String HTPASSWD =
      "user:$2y$05$abcdefghijklmnopqrstuuZFBUbfXoM8LFiPx8LYlO/sXZB/Cwk3K\n";

  private final Process process;
  private final int port;

  static boolean isThere() {
    return Files.isExecutable(PROGRAM);
  }

  DockerRegistry(Path folder, String more) throws IOException {
    Files.createDirectories(folder);
    port = freePort();
    Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
    var config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log:
          level: error
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:%d
        """
                .formatted(folder.resolve("data"), port)
            + more.replace("FOLDER", folder.toString()),
        UTF_8);
    process =
        new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    awaitListening(folder);
  }

  static String basicAuth() {
    return "auth:\n  htpasswd:\n    realm: r\n    path: FOLDER/htpasswd\n";
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening(Path folder) throws IOException {
    while (process.isAlive()) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return;
      } catch (ConnectException notYet) {
        Thread.onSpinWait();
      }
    }
    throw new IOException("docker-registry: " + Files.readString(folder.resolve("log")));
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
