package stowage.blockd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.Time;
import stowage.block.Pool;
import stowage.block.Zone;
import stowage.chunk.ChunkStore;
import stowage.nbd.Exports;
import stowage.nbd.NbdServer;

/**
 * The one process that has a zone's pool: it holds the devices of its attachments, serves volumes
 * by NBD, copies snapshots to the region in the background, and does what {@link ZoneClient}s ask
 * on its control socket. Agents come and go; it stays.
 */
public final class BlockServer implements AutoCloseable {
  /** The control socket in the zone's folder, its owner's alone. */
  static final String SOCKET = "blockd.sock";

  /** Where NBD clients connect, in the zone's folder. */
  static final String NBD_SOCKET = "nbd.sock";

  /** What it prints, in the zone's folder. */
  public static final String LOG = "blockd.log";

  private static final int CONNECTIONS_MAX = 256;
  private static final int BACKLOG = 64;
  private static final long WORK_MILLIS = 200;
  private static final Logger LOGGER = System.getLogger(BlockServer.class.getName());

  private final ChunkStore chunks;
  private final Pool pool;
  private final Zone zone;
  private final NbdServer nbd;
  private final ServerSocketChannel listener;
  private final Path socket;
  private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);
  private final Thread worker;
  private volatile boolean closed;

  /**
   * Opens the pool and serves it.
   *
   * @throws stowage.base.StowageException.InUse if another process has it
   */
  public BlockServer(Path folder, Path chunkFolder) throws IOException {
    Files.createDirectories(folder);
    chunks = ChunkStore.open(chunkFolder, Time.SYSTEM);
    pool = Pool.open(folder, chunks, Time.SYSTEM);
    zone = new AttachedZone(pool);
    nbd = new NbdServer(exports(), Optional.empty(), Time.SYSTEM);
    nbd.listen(UnixDomainSocketAddress.of(folder.resolve(NBD_SOCKET)));
    owners(folder.resolve(NBD_SOCKET));
    socket = folder.resolve(SOCKET);
    Files.deleteIfExists(socket); // the pool is ours, so whoever made it is gone
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
    owners(socket);
    Thread.ofPlatform().daemon().name("blockd-accept").start(this::accept);
    worker = Thread.ofPlatform().daemon().name("blockd-work").start(this::work);
  }

  private static void owners(Path socket) throws IOException {
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
  }

  /** The process: {@code FOLDER CHUNKS}; ends at SIGTERM. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 2) {
      throw new InvalidArgument("want the zone's folder and the chunk store's");
    }
    var server = new BlockServer(Path.of(arguments[0]), Path.of(arguments[1]));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    LOGGER.log(Level.INFO, "blockd.started folder={0}", arguments[0]);
    Thread.currentThread().join();
  }

  private Exports exports() {
    return new Exports() {
      @Override
      public Export open(String name) throws IOException {
        var parts = name.split("/");
        if (parts.length != 3 || !parts[2].matches("\\d{1,18}")) {
          throw new InvalidArgument("export", name, "VOLUME/INSTANCE/EPOCH");
        }
        var session = pool.open(parts[0], parts[1], Long.parseLong(parts[2]));
        return new Export(name, session, session.readOnly(), "");
      }

      @Override
      public List<Listed> list() {
        return List.of(); // who may have a volume knows its epoch
      }
    };
  }

  private void work() {
    while (!closed) {
      try {
        if (!pool.work()) {
          Thread.sleep(WORK_MILLIS); // snapshots are asked for at any time
        }
      } catch (StowageException e) {
        LOGGER.log(Level.WARNING, "blockd.work reason={0}", e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void accept() {
    while (!closed) {
      try {
        var channel = listener.accept();
        if (connections.tryAcquire()) {
          // A platform thread: devices are made by calls that hold their thread.
          Thread.ofPlatform().daemon().name("blockd-call").start(() -> serve(channel));
        } else {
          channel.close();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOGGER.log(Level.WARNING, "blockd.accept reason={0}", e.getMessage());
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var in = new DataInputStream(Channels.newInputStream(channel));
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      var request = ZoneWire.read(in, "request");
      while (request.isPresent()) {
        ZoneWire.write(out, answer(request.get()));
        request = ZoneWire.read(in, "request");
      }
    } catch (IOException | StowageException e) {
      LOGGER.log(Level.DEBUG, "blockd.connection reason={0}", e.getMessage());
    } finally {
      connections.release();
    }
  }

  private Map<String, Object> answer(JsonObject request) {
    try {
      return carryOut(request);
    } catch (StowageException e) {
      return ZoneFailure.of(e);
    }
  }

  private Map<String, Object> carryOut(JsonObject request) {
    switch (request.required("call")) {
      case "create" -> zone.create(ZoneWire.volumeSpec(request));
      case "delete" -> zone.delete(request.required("volume"));
      case "facts" -> {
        return ZoneWire.of(zone.facts(request.required("volume")));
      }
      case "volumes" -> {
        return Map.of("volumes", zone.volumes());
      }
      case "attach" -> {
        return ZoneWire.of(zone.attach(ZoneWire.attach(request)));
      }
      case "detach" ->
          zone.detach(
              request.required("volume"),
              request.required("instance"),
              request.number("epoch", 0),
              request.bool("force"));
      case "snapshot" -> zone.snapshot(ZoneWire.snapshotSpecs(request));
      case "snapshotFacts" -> {
        return ZoneWire.of(zone.snapshotFacts(request.required("snapshot")));
      }
      case "forget" -> zone.forget(request.required("snapshot"));
      case "resize" -> zone.resize(request.required("volume"), request.number("sizeBytes", 0));
      case "limit" -> zone.limit(request.required("volume"), ZoneWire.limits(request));
      case String other -> throw new InvalidArgument("call", other, "a call of a zone");
    }
    return Map.of();
  }

  /** Stops serving; the volumes stay as they are. */
  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    try {
      listener.close();
      Files.deleteIfExists(socket);
      worker.join();
      nbd.close();
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "blockd.close reason={0}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pool.close();
    chunks.close();
  }
}
