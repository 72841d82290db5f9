package stowage.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/** A connection Jetty has handed over: blocking streams over its end point. */
final class UpgradedConnection extends AbstractConnection
    implements Connection.UpgradeTo, RawStream {
  private final CompletableFuture<RawStream> opened = new CompletableFuture<>();
  private final Input input = new Input();
  private final Output output = new Output();
  private final Callback whenReadable =
      Callback.from(
          Invocable.InvocationType.NON_BLOCKING, () -> told(false), failure -> told(true));
  private ByteBuffer early = BufferUtil.EMPTY_BUFFER;
  private boolean readable; // guarded by this; the end point said so since the last fill
  private boolean failed; // guarded by this

  private UpgradedConnection(EndPoint endPoint, java.util.concurrent.Executor executor) {
    super(endPoint, executor);
  }

  /** Ends the HTTP exchange with a 101 and waits until the connection is ours. */
  static RawStream take(Response response, String contentType, Callback callback)
      throws IOException {
    Request request = response.getRequest();
    var meta = request.getConnectionMetaData();
    var connection =
        new UpgradedConnection(
            meta.getConnection().getEndPoint(), meta.getConnector().getExecutor());
    HttpFields headers =
        HttpFields.build()
            .add("Content-Type", contentType)
            .add("Connection", "Upgrade")
            .add("Upgrade", "tcp");
    request.addHttpStreamWrapper(stream -> new Stream101(stream, headers));
    request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, connection);
    response.setStatus(101);
    response.write(
        true,
        BufferUtil.EMPTY_BUFFER,
        Callback.from(
            callback::succeeded,
            failure -> {
              callback.failed(failure);
              connection.opened.completeExceptionally(failure);
            }));
    try {
      return connection.opened.join();
    } catch (CompletionException e) {
      throw new IOException("client gone before the upgrade", e.getCause());
    }
  }

  /** Says 101 UPGRADED with nothing but our headers, as Docker's clients know it. */
  private static final class Stream101 extends HttpStream.Wrapper {
    private final HttpFields headers;

    Stream101(HttpStream stream, HttpFields headers) {
      super(stream);
      this.headers = headers;
    }

    @Override
    public void send(
        MetaData.Request request,
        MetaData.Response response,
        boolean last,
        ByteBuffer content,
        Callback callback) {
      var upgraded =
          response == null
              ? null
              : new MetaData.Response(101, "UPGRADED", HttpVersion.HTTP_1_1, headers);
      super.send(request, upgraded, last, content, callback);
    }
  }

  @Override
  public void onUpgradeTo(ByteBuffer buffer) {
    early = buffer;
  }

  @Override
  public void onOpen() {
    super.onOpen();
    getEndPoint().setIdleTimeout(0);
    opened.complete(this);
  }

  @Override
  public void onFillable() {
    told(false);
  }

  private synchronized void told(boolean failure) {
    readable = true;
    failed |= failure;
    notifyAll();
  }

  private synchronized void awaitReadable() throws IOException {
    readable = false;
    getEndPoint().tryFillInterested(whenReadable);
    try {
      while (!readable) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("server stops");
    }
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void closeOutput() throws IOException {
    getEndPoint().shutdownOutput();
  }

  @Override
  public void close() {
    getEndPoint().close();
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (early.hasRemaining()) {
        int n = Math.min(length, early.remaining());
        early.get(bytes, offset, n);
        return n;
      }
      // Jetty's flipped form: an empty buffer to fill has its limit at its position.
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length).slice();
      buffer.limit(0);
      while (true) {
        int n = getEndPoint().fill(buffer);
        if (n != 0) {
          return n;
        }
        if (failed()) {
          return -1;
        }
        awaitReadable();
      }
    }

    private boolean failed() {
      synchronized (UpgradedConnection.this) {
        return failed;
      }
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try (Blocker.Callback done = Blocker.callback()) {
        getEndPoint().write(done, ByteBuffer.wrap(bytes, offset, length));
        done.block();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }
}
