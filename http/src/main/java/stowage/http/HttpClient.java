package stowage.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A small HTTP/1.1 client over a unix socket or TCP: a connection per call, bodies streamed both
 * ways, upgrades. May be used by many threads at once.
 */
public final class HttpClient {
  private static final int LINE_BYTES_MAX = 64 << 10;
  private static final int HEADERS_MAX = 200;
  private static final int CHUNK_SIZE = 64 << 10;

  private final SocketAddress address;
  private final String host;

  private HttpClient(SocketAddress address, String host) {
    this.address = address;
    this.host = host;
  }

  /** A client of the server at a unix socket. */
  public static HttpClient unix(Path socket) {
    return new HttpClient(UnixDomainSocketAddress.of(socket), "localhost");
  }

  /** A client of the server at a TCP port, without TLS. */
  public static HttpClient tcp(String host, int port) {
    return new HttpClient(new InetSocketAddress(host, port), host + ":" + port);
  }

  /**
   * Sends the call and waits for the answer's header. A streamed body is sent while the answer is
   * read; a body whose source fails is cut, and the server will see that it is not whole.
   */
  public HttpReply send(HttpCall call) throws IOException {
    return exchange(call, "");
  }

  /** Sends the call asking for an upgrade: a 101 has {@link HttpReply#upgraded}. */
  public HttpReply upgrade(HttpCall call) throws IOException {
    return exchange(call, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
  }

  private HttpReply exchange(HttpCall call, String connectionHeaders) throws IOException {
    var connection = new Wire(SocketChannel.open(address));
    var sending = new CompletableFuture<Void>();
    Runnable send =
        () -> {
          try {
            write(call, connectionHeaders, connection.output());
            sending.complete(null);
          } catch (IOException e) {
            sending.completeExceptionally(e);
          }
        };
    // A long body is sent beside the answer, which may be long as well: neither waits.
    boolean isLong =
        switch (call.body()) {
          case HttpCall.NoBody() -> false;
          case HttpCall.Bytes(byte[] bytes) -> bytes.length > CHUNK_SIZE;
          case HttpCall.Streamed _ -> true;
        };
    if (isLong) {
      Thread.ofVirtual().start(send);
    } else {
      send.run();
    }
    try {
      return read(call.method(), connection);
    } catch (IOException e) {
      connection.close();
      if (sending.isCompletedExceptionally()) {
        // The server may answer and close before it has read all; it did not, so this is why.
        e.addSuppressed(sending.exceptionNow());
      }
      throw e;
    }
  }

  private void write(HttpCall call, String connectionHeaders, OutputStream out)
      throws IOException {
    var head = new StringBuilder(256);
    head.append(call.method()).append(' ').append(call.target()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\n").append(connectionHeaders);
    call.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    switch (call.body()) {
      case HttpCall.NoBody() -> {
        boolean bodyExpected = !call.method().equals("GET") && !call.method().equals("HEAD");
        head.append(bodyExpected ? "Content-Length: 0\r\n\r\n" : "\r\n");
        out.write(latin(head));
      }
      case HttpCall.Bytes(byte[] bytes) -> {
        head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        var whole = new ByteArrayOutputStream(head.length() + bytes.length);
        whole.writeBytes(latin(head));
        whole.writeBytes(bytes);
        whole.writeTo(out);
      }
      case HttpCall.Streamed(InputStream stream) -> {
        out.write(latin(head.append("Transfer-Encoding: chunked\r\n\r\n")));
        writeChunks(stream, out);
      }
    }
  }

  private static void writeChunks(InputStream stream, OutputStream out) throws IOException {
    var buffer = new byte[CHUNK_SIZE];
    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
      if (n > 0) {
        out.write(latin(Integer.toHexString(n) + "\r\n"));
        out.write(buffer, 0, n);
        out.write(latin("\r\n"));
      }
    }
    out.write(latin("0\r\n\r\n"));
  }

  private static byte[] latin(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static HttpReply read(String method, Wire connection) throws IOException {
    var in = connection.input();
    int status;
    Map<String, String> headers;
    do {
      status = status(line(in));
      headers = headers(in);
    } while (status / 100 == 1 && status != 101);
    InputStream body;
    if (status == 101 || method.equals("HEAD") || status == 204 || status == 304) {
      body = InputStream.nullInputStream();
    } else if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      body = new Bodies.Chunked(in);
    } else if (headers.containsKey("content-length")) {
      body = new Bodies.Sized(in, length(headers.get("content-length")));
    } else {
      body = in;
    }
    return new HttpReply(status, headers, body, connection);
  }

  private static int status(String line) throws IOException {
    if (!line.matches("HTTP/1\\.[01] [1-5]\\d\\d( .*)?")) {
      throw new IOException("not an HTTP answer: " + line);
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private static long length(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("Content-Length: " + text, e);
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new HashMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (headers.size() > HEADERS_MAX) {
        throw new IOException("more than " + HEADERS_MAX + " headers");
      }
    }
    return headers;
  }

  /** A line without its CRLF. */
  static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream(80);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("connection closed before the answer was complete");
      }
      if (line.size() > LINE_BYTES_MAX) {
        throw new IOException("header line longer than " + LINE_BYTES_MAX);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** A connection; buffered reads, so that what came with the header is not lost after a 101. */
  private static final class Wire implements RawStream {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    Wire(SocketChannel channel) {
      this.channel = channel;
      this.in = new BufferedInputStream(java.nio.channels.Channels.newInputStream(channel), 8192);
      this.out = java.nio.channels.Channels.newOutputStream(channel);
    }

    @Override
    public InputStream input() {
      return in;
    }

    @Override
    public OutputStream output() {
      return out;
    }

    @Override
    public void closeOutput() throws IOException {
      channel.shutdownOutput();
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
