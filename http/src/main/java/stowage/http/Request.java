package stowage.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.eclipse.jetty.io.Content;

/** A request as a handler sees it. */
public final class Request {
  private final org.eclipse.jetty.server.Request jetty;
  private final ClientGone clientGone;
  private final String method;
  private final String path;
  private final Query query;
  private Matcher groups;

  Request(org.eclipse.jetty.server.Request jetty, ClientGone clientGone) {
    this.jetty = jetty;
    this.clientGone = clientGone;
    this.method = jetty.getMethod();
    String raw = jetty.getHttpURI().getPath();
    this.path = Query.decode(raw == null ? "/" : raw, false);
    this.query = Query.parse(jetty.getHttpURI().getQuery());
  }

  public String method() {
    return method;
  }

  /**
   * The path, percent-decoded once. Dots and double slashes are as the client sent them: {@code ..}
   * means nothing here.
   */
  public String path() {
    return path;
  }

  /** The path as the client sent it, for whoever checks a signature over it. */
  public String rawPath() {
    String raw = jetty.getHttpURI().getPath();
    return raw == null ? "/" : raw;
  }

  /** What follows the question mark as the client sent it; empty without one. */
  public String rawQuery() {
    String raw = jetty.getHttpURI().getQuery();
    return raw == null ? "" : raw;
  }

  /** A named group of the route's path; empty if the group took no part. */
  public String path(String group) {
    String value = groups == null ? null : groups.group(group);
    return value == null ? "" : value;
  }

  /** Sets the groups {@link #path(String)} reads. */
  public void matched(Router.Match<?> match) {
    this.groups = match.groups();
  }

  public Query query() {
    return query;
  }

  /** The header's first value. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(jetty.getHeaders().get(name));
  }

  /** All headers, in the order sent; names in lower case, each with its values in order. */
  public Map<String, List<String>> headers() {
    var headers = new LinkedHashMap<String, List<String>>();
    for (var field : jetty.getHeaders()) {
      headers
          .computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(field.getValue() == null ? "" : field.getValue());
    }
    return headers;
  }

  /** Whether a body follows: it has a length above 0, or is chunked. */
  public boolean hasBody() {
    return jetty.getLength() > 0 || jetty.getHeaders().contains("Transfer-Encoding");
  }

  /** The body as it arrives; for bodies of any size. */
  public InputStream body() {
    return Content.Source.asInputStream(jetty);
  }

  /**
   * The whole body.
   *
   * @throws TooLarge if it has more than {@code maxBytes}
   */
  public byte[] body(int maxBytes) throws IOException {
    if (jetty.getLength() > maxBytes) {
      throw new TooLarge(maxBytes);
    }
    var bytes = new ByteArrayOutputStream();
    InputStream body = body();
    var buffer = new byte[8 << 10];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      if (bytes.size() + n > maxBytes) {
        throw new TooLarge(maxBytes);
      }
      bytes.write(buffer, 0, n);
    }
    return bytes.toByteArray();
  }

  /**
   * Runs {@code action} once if the client closes the connection, or the server stops, before the
   * answer is complete. Read the body first. For answers that last: nobody writes there, so nobody
   * would notice.
   */
  public void onClientGone(Runnable action) {
    clientGone.watch(action);
  }

  /** A body over a limit; the status is 413. */
  public static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(int maxBytes) {
      super("request body is larger than %d bytes".formatted(maxBytes));
    }
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
