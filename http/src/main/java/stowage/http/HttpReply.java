package stowage.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An answer: status and header, and a body still arriving. Closing it drops the connection. */
public final class HttpReply implements Closeable {
  private final int status;
  private final Map<String, String> headers;
  private final InputStream body;
  private final RawStream connection;

  HttpReply(int status, Map<String, String> headers, InputStream body, RawStream connection) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.connection = connection;
  }

  public int status() {
    return status;
  }

  /** Whether the status is 2xx. */
  public boolean ok() {
    return status / 100 == 2;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The body as it arrives; a connection cut before its end is an IOException. */
  public InputStream body() {
    return body;
  }

  /** The rest of the body. */
  public byte[] bytes() throws IOException {
    return body.readAllBytes();
  }

  /** After a 101: the connection itself. */
  public RawStream upgraded() {
    if (status != 101) {
      throw new IllegalStateException("not upgraded: status " + status);
    }
    return connection;
  }

  @Override
  public void close() {
    connection.close();
  }
}
