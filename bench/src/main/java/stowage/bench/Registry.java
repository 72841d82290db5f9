package stowage.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's docker-registry on loopback, holding the benchmark images. */
final class Registry implements AutoCloseable {
  private static final int POLL_MILLIS = 20;

  private final Process process;
  private final int port;

  private Registry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Registry start(Path folder, Path images) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(folder.resolve("data"), port));
    var process =
        Processes.start(
            List.of("docker-registry", "serve", config.toString()), folder.resolve("log"));
    var registry = new Registry(process, port);
    registry.awaitAnswer();
    for (var image : List.of("big", "update", "manysmall")) {
      Processes.run(
          "skopeo",
          "copy",
          "-q",
          "--dest-tls-verify=false",
          "oci:" + images + "/oci-gzip:" + image,
          "docker://" + registry.address() + "/bench/" + image + ":latest");
    }
    return registry;
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          throw new IOException("docker-registry ended", notYet);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
