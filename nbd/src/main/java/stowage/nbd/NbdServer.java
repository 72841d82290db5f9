package stowage.nbd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stowage.base.Time;

/**
 * A server of block devices: clients connect, name an export, and read and write it.
 *
 * <p>A connection that breaks the rules, hangs or vanishes ends alone. Each has its own threads, so
 * that none waits for another, except for what their devices share.
 */
public final class NbdServer implements AutoCloseable {
  /** Connections at a time; one more is closed as it comes. */
  public static final int CONNECTIONS_MAX = 1024;

  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(30);

  /** How long clients that do not take their replies hold up the end. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private static final Logger LOG = System.getLogger(NbdServer.class.getName());

  private final Exports exports;
  private final Optional<Tls> tls;
  private final Time time;
  private final Duration handshakeLimit;
  private final Buffers buffers = new Buffers();
  private final Watch watch = new Watch();
  private final List<ServerSocketChannel> listeners = new ArrayList<>(); // guarded by this
  private final Set<SocketChannel> connections = new HashSet<>(); // guarded by this
  private boolean closed; // guarded by this

  /**
   * Makes a server that does not yet listen.
   *
   * @param tls if present, no client gets anything without it
   */
  public NbdServer(Exports exports, Optional<Tls> tls, Time time) {
    this(exports, tls, time, HANDSHAKE_LIMIT);
  }

  NbdServer(Exports exports, Optional<Tls> tls, Time time, Duration handshakeLimit) {
    this.exports = exports;
    this.tls = tls;
    this.time = time;
    this.handshakeLimit = handshakeLimit;
    watch.start();
  }

  /**
   * Listens on a unix socket, replacing a file that is left of an earlier one, or on TCP.
   *
   * @return where it listens, with the port if any was asked for
   */
  public SocketAddress listen(SocketAddress address) throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    if (address instanceof UnixDomainSocketAddress path) {
      Files.deleteIfExists(path.getPath());
    }
    var listener =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    boolean listens = false;
    try {
      listener.bind(address, CONNECTIONS_MAX);
      synchronized (this) {
        if (closed) {
          throw new ClosedChannelException();
        }
        listeners.add(listener);
      }
      listens = true;
    } finally {
      if (!listens) {
        listener.close();
      }
    }
    Thread.ofPlatform().daemon().name("nbd-accept").start(() -> accept(listener));
    return listener.getLocalAddress();
  }

  private void accept(ServerSocketChannel listener) {
    while (listener.isOpen()) {
      try {
        serve(listener.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // No descriptor left, most likely: others may give some back.
        LOG.log(Level.WARNING, "nbd.refused error={0}", e.getMessage());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Serves a connection that came some other way, such as one end of a pair. */
  public void serve(SocketChannel channel) throws IOException {
    synchronized (this) {
      if (closed || connections.size() >= CONNECTIONS_MAX) {
        channel.close();
        return;
      }
      connections.add(channel);
    }
    Thread.ofPlatform().daemon().name("nbd-new").start(() -> run(channel));
  }

  private void run(SocketChannel channel) {
    boolean serving = false;
    try {
      if (channel.getLocalAddress() instanceof InetSocketAddress) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      var agreed = agree(channel);
      if (agreed.isPresent()) {
        LOG.log(Level.DEBUG, "nbd.connected export={0}", agreed.get().export().name());
        var session = new Session(agreed.get(), buffers, watch, time, () -> forget(channel));
        serving = true;
        session.serve();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "nbd.failed error={0}", e.getMessage());
    } finally {
      if (!serving) {
        forget(channel);
      }
    }
  }

  private Optional<Handshake.Agreed> agree(SocketChannel channel) throws IOException {
    var handshake = new Handshake(exports, tls, new PlainTransport(channel));
    var limit = Thread.ofVirtual().start(() -> closeAfter(channel));
    Optional<Handshake.Agreed> agreed = Optional.empty();
    try {
      agreed = handshake.agree();
    } finally {
      limit.interrupt();
      if (agreed.isEmpty()) {
        handshake.transport().close();
      }
    }
    return agreed;
  }

  private void closeAfter(SocketChannel channel) {
    try {
      Thread.sleep(handshakeLimit);
      channel.close();
    } catch (InterruptedException inTime) {
      return;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "nbd.closed error={0}", e.getMessage());
    }
  }

  private void forget(SocketChannel channel) {
    try (channel) {
      synchronized (this) {
        connections.remove(channel);
        notifyAll();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "nbd.closed error={0}", e.getMessage());
    }
  }

  /** How many clients are connected. */
  public synchronized int connections() {
    return connections.size();
  }

  /** Stops listening, lets requests that were begun end, and closes all connections. */
  @Override
  public void close() throws IOException {
    Set<SocketChannel> open;
    List<ServerSocketChannel> listening;
    synchronized (this) {
      closed = true;
      open = Set.copyOf(connections);
      listening = List.copyOf(listeners);
    }
    for (var listener : listening) {
      var address = listener.getLocalAddress();
      listener.close();
      if (address instanceof UnixDomainSocketAddress path) {
        Files.deleteIfExists(path.getPath());
      }
    }
    for (var channel : open) {
      try {
        channel.shutdownInput();
      } catch (ClosedChannelException gone) {
        continue;
      }
    }
    await(CLOSE_LIMIT);
    for (var channel : open) {
      channel.close();
    }
    await(Duration.ofDays(1)); // devices are being used: nobody may close what is below them
    watch.stop();
  }

  private synchronized void await(Duration most) {
    long end = time.nanos() + most.toNanos();
    boolean interrupted = false;
    while (!connections.isEmpty() && time.nanos() < end) {
      try {
        wait(Math.max(1, (end - time.nanos()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
