package stowage.nbd;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stowage.base.Resource;
import stowage.base.StowageException.NotFound;
import stowage.base.Time;

/** A server of one plain file, as the exports {@code disk} and {@code readonly}. */
final class Served implements AutoCloseable {
  final Path file;
  final Path socket;
  private final NbdServer server;

  private Served(Path file, Path socket, NbdServer server) {
    this.file = file;
    this.socket = socket;
    this.server = server;
  }

  /** Serves a new file of zeroes. */
  static Served of(Path folder, long bytes) throws IOException {
    var file = folder.resolve("disk.img");
    try (var channel = Files.newByteChannel(Files.createFile(file), OPEN)) {
      channel.position(bytes - 1).write(java.nio.ByteBuffer.allocate(1));
    }
    var socket = folder.resolve("nbd.sock");
    var server = new NbdServer(exports(file), Optional.empty(), Time.SYSTEM);
    server.listen(UnixDomainSocketAddress.of(socket));
    return new Served(file, socket, server);
  }

  private static final java.util.Set<java.nio.file.OpenOption> OPEN =
      java.util.Set.of(java.nio.file.StandardOpenOption.WRITE);

  static Exports exports(Path file) {
    return new Exports() {
      @Override
      public Export open(String name) throws IOException {
        return switch (name) {
          case "disk", "" -> new Export("disk", new FileDevice(file), false, "a plain file");
          case "readonly" -> new Export("readonly", new FileDevice(file), true, "not to write");
          default -> throw new NotFound(Resource.VOLUME, name, "no export '" + name + "'");
        };
      }

      @Override
      public List<Listed> list() {
        return List.of(new Listed("disk", "a plain file"), new Listed("readonly", "not to write"));
      }
    };
  }

  SocketAddress also(SocketAddress address) throws IOException {
    return server.listen(address);
  }

  int connections() {
    return server.connections();
  }

  /** Where clients find it. */
  String uri(String export) {
    return "nbd+unix:///" + export + "?socket=" + socket;
  }

  SocketChannel connect() throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
