package stowage.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import stowage.base.StowageException;

/**
 * An HTTP/1.1 server: some {@link Listener}s, one {@link Handler}.
 *
 * <p>Requests are parsed on a few platform threads and each is answered on a virtual thread, so
 * that one never blocks another.
 */
public final class HttpServer implements AutoCloseable {
  /** The largest request header; registry credentials come in one. */
  public static final int HEADER_BYTES_MAX = 64 << 10;

  private static final int INPUT_BUFFER_SIZE = 64 << 10;
  private static final int THREADS_MAX = 32;
  private static final int BACKLOG = 1024;
  private static final Logger LOG = System.getLogger(HttpServer.class.getName());

  private final Server server;
  private final Dispatch dispatch;
  private final List<Path> sockets = new ArrayList<>();
  private final List<ServerConnector> tcp = new ArrayList<>();

  /**
   * Prepares a server; {@link #listen} and {@link #start} it.
   *
   * @param refusals the body of an answer the handler is not asked for: a malformed request, a
   *     foreign origin
   */
  public HttpServer(Handler handler, Refusals refusals) {
    var threads = new QueuedThreadPool(THREADS_MAX, 2);
    threads.setName("http");
    threads.setDaemon(true);
    this.server = new Server(threads);
    this.dispatch = new Dispatch(handler, refusals);
    server.setHandler(dispatch);
    server.setErrorHandler(new Dispatch.Malformed(refusals));
    server.setStopAtShutdown(false);
  }

  /** How an answer without a handler looks, in the API's own form. */
  public interface Refusals {
    /** The body for {@code status}, as JSON. */
    String body(int status, String reason);
  }

  /** Adds a listener; before {@link #start}. */
  public HttpServer listen(Listener listener) throws IOException {
    AbstractConnector connector =
        switch (listener) {
          case Listener.Unix unix -> unix(unix);
          case Listener.Loopback loopback -> loopback(loopback);
          case Listener.Tls tls -> tls(tls);
        };
    connector.setIdleTimeout(0);
    server.addConnector(connector);
    return this;
  }

  private AbstractConnector unix(Listener.Unix unix) throws IOException {
    Files.deleteIfExists(unix.path());
    var connector = new UnixDomainServerConnector(server, 0, 1, http());
    connector.setUnixDomainPath(unix.path());
    connector.setAcceptQueueSize(BACKLOG);
    sockets.add(unix.path());
    // Until the mode is set the file has the umask's, which lets only its owner connect.
    connector.addEventListener(
        new org.eclipse.jetty.util.component.LifeCycle.Listener() {
          @Override
          public void lifeCycleStarted(org.eclipse.jetty.util.component.LifeCycle event) {
            share(unix);
          }
        });
    return connector;
  }

  private static void share(Listener.Unix unix) {
    try {
      var view = Files.getFileAttributeView(unix.path(), PosixFileAttributeView.class);
      try {
        GroupPrincipal group =
            unix.path()
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(unix.group());
        view.setGroup(group);
      } catch (UserPrincipalNotFoundException nobodyToShareWith) {
        LOG.log(Level.DEBUG, "http.group.missing name={0}", unix.group());
      }
      view.setPermissions(permissions(unix.mode()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot share " + unix.path(), e);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    var all = PosixFilePermission.values();
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & 0400 >> bit) != 0) {
        permissions.add(all[bit]);
      }
    }
    return permissions;
  }

  private AbstractConnector loopback(Listener.Loopback loopback) throws IOException {
    if (!InetAddress.getByName(loopback.host()).isLoopbackAddress()) {
      throw new StowageException.InvalidArgument(
          "listen address",
          loopback.host(),
          "a loopback address, or TLS with client certificates");
    }
    var connector = new ServerConnector(server, 0, 1, http());
    dispatch.checkOrigins(connector);
    return bound(connector, loopback.host(), loopback.port());
  }

  private AbstractConnector tls(Listener.Tls tls) throws IOException {
    var http = http();
    var ssl = new SslConnectionFactory(PemFiles.context(tls.files()), http.getProtocol());
    return bound(new ServerConnector(server, 0, 1, ssl, http), tls.host(), tls.port());
  }

  private AbstractConnector bound(ServerConnector connector, String host, int port) {
    connector.setHost(host);
    connector.setPort(port);
    tcp.add(connector);
    return connector;
  }

  private static HttpConnectionFactory http() {
    var config = new HttpConfiguration();
    config.setSendServerVersion(false);
    config.setRequestHeaderSize(HEADER_BYTES_MAX);
    // The stock client says "Host: api.moby.localhost" or a socket's path; names of images hold
    // slashes, dots and escapes. All of it reaches the handlers as sent.
    config.setHttpCompliance(
        HttpCompliance.RFC7230.with(
            "stowage",
            HttpCompliance.Violation.UNSAFE_HOST_HEADER,
            HttpCompliance.Violation.MISMATCHED_AUTHORITY));
    config.setUriCompliance(UriCompliance.UNSAFE);
    var http = new HttpConnectionFactory(config);
    http.setInputBufferSize(INPUT_BUFFER_SIZE); // archives come this way
    return http;
  }

  /** Starts to answer. */
  public void start() throws IOException {
    jetty(
        () -> {
          server.start();
          return null;
        });
  }

  /** Jetty's life cycle declares Exception; here it is an IOException that says the reason. */
  private static void jetty(java.util.concurrent.Callable<Void> step) throws IOException {
    var task = new FutureTask<>(step);
    task.run();
    try {
      task.get();
    } catch (ExecutionException e) {
      throw new IOException("http server: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException();
    }
  }

  /** The addresses TCP listeners got, in the order added; port 0 was any free one. */
  public List<InetSocketAddress> addresses() {
    return tcp.stream()
        .map(connector -> new InetSocketAddress(connector.getHost(), connector.getLocalPort()))
        .toList();
  }

  /**
   * Stops: no new connections; answers that last are told their client is gone; the others get
   * {@code grace} to end, then are interrupted.
   */
  public void stop(Duration grace) {
    for (var connector : server.getConnectors()) {
      var unused = connector.shutdown();
    }
    dispatch.stop(grace);
    try {
      jetty(
          () -> {
            server.stop();
            return null;
          });
    } catch (IOException e) {
      LOG.log(Level.WARNING, "http.stop.failed reason={0}", e.getMessage());
    }
    for (Path socket : sockets) {
      try {
        Files.deleteIfExists(socket);
      } catch (IOException e) {
        LOG.log(Level.WARNING, "http.socket.left path={0}", socket);
      }
    }
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
