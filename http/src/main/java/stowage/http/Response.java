package stowage.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;

/**
 * The answer to a request. The header goes out with the first flush of the body, or the whole at
 * once when the handler returns; a body sent whole has a Content-Length, a streamed one is chunked.
 */
public final class Response {
  private final org.eclipse.jetty.server.Response jetty;
  private final ClientGone clientGone;
  private final Callback callback;
  private final BodyStream body = new BodyStream();
  private boolean upgraded;

  Response(org.eclipse.jetty.server.Response jetty, ClientGone clientGone, Callback callback) {
    this.jetty = jetty;
    this.clientGone = clientGone;
    this.callback = callback;
  }

  public Response status(int status) {
    jetty.setStatus(status);
    return this;
  }

  /** Sets a header; an empty value removes it. */
  public Response header(String name, String value) {
    if (value.isEmpty()) {
      jetty.getHeaders().remove(name);
    } else {
      jetty.getHeaders().put(name, value);
    }
    return this;
  }

  /** Whether the header is on its way, so that the status cannot change any more. */
  public boolean committed() {
    return upgraded || jetty.isCommitted();
  }

  /** The body. Buffered; flush sends what was written, and first of all the header. */
  public OutputStream body() {
    return body;
  }

  /** Sends the whole body; nothing may be written after it. */
  public void send(byte[] bytes) throws IOException {
    jetty.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    body.write(bytes);
  }

  /**
   * Answers 101 and takes the connection. The request's body must have been read; after it neither
   * the request nor this response may be used, but for {@link Request#onClientGone}, which then
   * tells only that the server stops. The caller closes the stream.
   */
  public RawStream upgrade(String contentType) throws IOException {
    clientGone.stop();
    upgraded = true;
    return UpgradedConnection.take(jetty, contentType, callback);
  }

  boolean upgraded() {
    return upgraded;
  }

  /** Sends what is left of the body and ends the answer. */
  void complete() throws IOException {
    body.send(true);
  }

  /** Drops the body written so far, for an error in its place; nothing of it was sent yet. */
  public void discard() {
    if (committed()) {
      throw new IllegalStateException("already committed");
    }
    body.filled = 0;
  }

  private final class BodyStream extends OutputStream {
    private static final int BUFFER_SIZE = 16 << 10;
    private byte[] buffer = new byte[512];
    private int filled;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (filled + length > BUFFER_SIZE) {
        send(false);
        if (length > BUFFER_SIZE) {
          send(false, ByteBuffer.wrap(bytes, offset, length));
          return;
        }
      }
      if (filled + length > buffer.length) {
        buffer = java.util.Arrays.copyOf(buffer, BUFFER_SIZE);
      }
      System.arraycopy(bytes, offset, buffer, filled, length);
      filled += length;
    }

    @Override
    public void flush() throws IOException {
      send(false);
    }

    private void send(boolean last) throws IOException {
      var bytes = ByteBuffer.wrap(buffer, 0, filled);
      filled = 0;
      send(last, bytes);
    }

    private void send(boolean last, ByteBuffer bytes) throws IOException {
      try (Blocker.Callback done = Blocker.callback()) {
        jetty.write(last, bytes, done);
        done.block();
      }
    }
  }
}
