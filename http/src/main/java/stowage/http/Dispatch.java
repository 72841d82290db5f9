package stowage.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import stowage.base.Time;

/** Takes requests from Jetty to the handler, each on its virtual thread, and ends them. */
final class Dispatch extends org.eclipse.jetty.server.Handler.Abstract.NonBlocking {
  private static final Logger LOG = System.getLogger(Dispatch.class.getName());
  private static final String JSON = "application/json";
  private static final long UNREAD_BYTES_MAX = 16 << 20;

  private record Running(Thread thread, ClientGone clientGone) {}

  private final Handler handler;
  private final HttpServer.Refusals refusals;
  private final Set<Connector> openToBrowsers = ConcurrentHashMap.newKeySet();
  private final Set<Running> running = ConcurrentHashMap.newKeySet();

  Dispatch(Handler handler, HttpServer.Refusals refusals) {
    this.handler = handler;
    this.refusals = refusals;
  }

  /** Web pages can reach {@code connector}: requests for or from other names are refused. */
  void checkOrigins(Connector connector) {
    openToBrowsers.add(connector);
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    Thread.ofVirtual().name("request").start(() -> answer(request, response, callback));
    return true;
  }

  private void answer(
      org.eclipse.jetty.server.Request jettyRequest,
      org.eclipse.jetty.server.Response jettyResponse,
      Callback callback) {
    var meta = jettyRequest.getConnectionMetaData();
    var clientGone = new ClientGone(meta.getConnection().getEndPoint());
    var request = new Request(jettyRequest, clientGone);
    var response = new Response(jettyResponse, clientGone, callback);
    var entry = new Running(Thread.currentThread(), clientGone);
    running.add(entry);
    Throwable failure = null;
    try {
      if (openToBrowsers.contains(meta.getConnector())) {
        Optional<String> foreign = Origins.foreign(request);
        if (foreign.isPresent()) {
          refuse(response, 403, foreign.get());
          return;
        }
      }
      handler.handle(request, response);
    } catch (Request.TooLarge e) {
      failure = refuseUnlessCommitted(response, 413, e);
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.DEBUG, "http.client.gone request={0} reason={1}", request, e.getMessage());
      failure = e;
    } catch (Error | RuntimeException e) {
      LOG.log(Level.ERROR, "http.request.failed request=" + request, e);
      failure = refuseUnlessCommitted(response, 500, e);
    } finally {
      clientGone.stop();
      running.remove(entry);
      complete(request, response, callback, failure);
    }
  }

  private Throwable refuseUnlessCommitted(Response response, int status, Throwable cause) {
    if (response.committed()) {
      return cause;
    }
    try {
      response.discard();
      refuse(response, status, String.valueOf(cause.getMessage()));
      return null;
    } catch (IOException gone) {
      return gone;
    }
  }

  private void refuse(Response response, int status, String reason) throws IOException {
    response.status(status).header("Content-Type", JSON);
    response.send(HttpServer.utf8(refusals.body(status, reason)));
  }

  private static void complete(
      Request request, Response response, Callback callback, Throwable failure) {
    if (response.upgraded()) {
      return;
    }
    if (failure != null) {
      callback.failed(failure);
      return;
    }
    try {
      response.complete();
      if (request.hasBody()) {
        // A client that is cut while it still sends may never see the answer that is on its way.
        request.body().skip(UNREAD_BYTES_MAX);
      }
      callback.succeeded();
    } catch (IOException gone) {
      callback.failed(gone);
    }
  }

  /** Ends what runs: see {@link HttpServer#stop}. */
  void stop(Duration grace) {
    running.forEach(entry -> entry.clientGone.tell());
    long deadline = Time.SYSTEM.nanos() + grace.toNanos();
    for (Running entry : running) {
      try {
        var left = Duration.ofNanos(Math.max(0, deadline - Time.SYSTEM.nanos()));
        if (!entry.thread.join(left)) {
          entry.thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Answers requests Jetty could not parse. */
  static final class Malformed extends ErrorHandler {
    private final HttpServer.Refusals refusals;

    Malformed(HttpServer.Refusals refusals) {
      this.refusals = refusals;
    }

    @Override
    public boolean handle(
        org.eclipse.jetty.server.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback) {
      Object reason = request.getAttribute(ERROR_MESSAGE);
      int status = response.getStatus();
      response.getHeaders().put("Content-Type", JSON);
      byte[] body = HttpServer.utf8(refusals.body(status, String.valueOf(reason)));
      response.write(true, ByteBuffer.wrap(body), callback);
      return true;
    }
  }
}
