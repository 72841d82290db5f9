package stowage.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.oci.Descriptor;

/** Puts blobs and manifests into a repository. */
final class Upload {
  private static final Map<String, String> BYTES =
      Map.of("Content-Type", "application/octet-stream");

  private final Registry registry;

  Upload(Registry registry) {
    this.registry = registry;
  }

  /** Makes a blob's stream anew for each try. */
  interface Maker {
    Packed make() throws IOException;
  }

  private List<String> scopes() {
    return List.of(registry.scope("pull,push"));
  }

  /** Whether the repository has the blob already. */
  boolean has(Digest digest) throws IOException {
    var call =
        new Wire.Call(
            "HEAD", registry.uri("blobs/" + digest), Map.of(), Optional.empty(), null);
    try (var answer = registry.ask(call, scopes())) {
      if (answer.status() == 404 || answer.isOk()) {
        return answer.isOk();
      }
      throw answer.refusal();
    }
  }

  /** Asks the registry to take a blob over from another of its repositories. */
  boolean mount(Digest digest, String fromPath) throws IOException {
    var uri = registry.uri("blobs/uploads/?mount=" + digest + "&from=" + encoded(fromPath));
    var call = new Wire.Call("POST", uri, Map.of(), Optional.empty(), BodyPublishers::noBody);
    var scopes =
        List.of(registry.scope("pull,push"), "repository:" + fromPath + ":pull");
    try (var answer = registry.ask(call, scopes)) {
      return answer.status() == 201; // 202 starts an upload instead, which nobody will finish
    } catch (RegistryRefusal mayNotReadThere) {
      return false;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Puts a small blob in one piece. */
  void put(byte[] bytes) throws IOException {
    var digest = Digest.of(bytes);
    URI at = withDigest(start(), digest);
    var call = call("PUT", at, BYTES, bytes);
    try (var answer = registry.ask(call, scopes())) {
      if (answer.status() != 201) {
        throw answer.refusal();
      }
    }
  }

  private static Wire.Call call(
      String method, URI at, Map<String, String> headers, byte[] bytes) {
    return new Wire.Call(
        method, at, headers, Optional.empty(), () -> BodyPublishers.ofByteArray(bytes));
  }

  /** Puts a blob as it is made; a failed try begins again from the start. */
  Descriptor put(Maker maker) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (var body = maker.make()) {
        return once(body);
      } catch (RegistryRefusal e) {
        if (e.status() < 500 || attempt >= registry.wire().patience().attempts()) {
          throw e;
        }
      } catch (Answer.Lie | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (attempt >= registry.wire().patience().attempts()) {
          throw e;
        }
      }
      registry.wire().pause(attempt + 1, Duration.ZERO);
    }
  }

  private Descriptor once(Packed body) throws IOException {
    URI at = start();
    try (var answer = stream(at, body)) {
      if (answer.status() != 202 && answer.status() != 201 && answer.status() != 204) {
        throw answer.refusal();
      }
      at = location(answer, at);
    }
    var descriptor = body.descriptor();
    var call = call("PUT", withDigest(at, descriptor.digest()), BYTES, new byte[0]);
    try (var answer = registry.ask(call, scopes())) {
      if (answer.status() != 201) {
        throw answer.refusal();
      }
    }
    return descriptor;
  }

  private URI start() throws IOException {
    URI uri = registry.uri("blobs/uploads/");
    var call = new Wire.Call("POST", uri, Map.of(), Optional.empty(), BodyPublishers::noBody);
    try (var answer = registry.ask(call, scopes())) {
      if (answer.status() != 202) {
        throw answer.refusal();
      }
      return location(answer, uri);
    }
  }

  private static URI location(Answer answer, URI from) throws Answer.Lie {
    URI to = Wire.resolve(from, answer.header("Location").orElse(""));
    if (from.getScheme().equals("https") && !to.getScheme().equals("https")) {
      throw new Answer.Lie("upload led from https to " + to.getScheme());
    }
    return to;
  }

  private static URI withDigest(URI at, Digest digest) {
    String mark = at.getRawQuery() == null ? "?" : "&";
    return URI.create(at + mark + "digest=" + digest);
  }

  /** Sends the body as it is read, and gives up when the registry does not take it any more. */
  private Answer stream(URI at, Packed body) throws IOException {
    var wire = registry.wire();
    // A credential goes to the registry itself only, as for every other request.
    boolean own = Wire.isSameOrigin(at, registry.uri(""));
    var call =
        new Wire.Call(
            "PATCH",
            at,
            BYTES,
            own ? registry.authorizer().header(scopes()) : Optional.empty(),
            () -> BodyPublishers.ofInputStream(() -> body));
    var future =
        wire.client().sendAsync(wire.request(call, at).build(), BodyHandlers.ofInputStream());
    try {
      return wire.answer(await(future, body, wire.patience()));
    } catch (IOException e) {
      throw Wire.explain("PATCH", at, e);
    }
  }

  private static HttpResponse<InputStream> await(
      CompletableFuture<HttpResponse<InputStream>> future, Packed body, Patience patience)
      throws IOException {
    long before = -1;
    try {
      while (true) {
        try {
          return future.get(patience.window().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (body.isEnded()) {
            return future.get(patience.answerToBody().toMillis(), TimeUnit.MILLISECONDS);
          }
          if (body.count() - before < patience.windowBytes()) {
            throw new IOException("too slow: the registry does not take the blob", e);
          }
          before = body.count();
        }
      }
    } catch (InterruptedException e) {
      throw Wire.interrupted();
    } catch (TimeoutException e) {
      throw new IOException("too slow: no answer to the blob", e);
    } catch (ExecutionException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof StowageException ours) {
          throw ours; // the layer's bytes, which it was reading, are damaged
        }
      }
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      future.cancel(true);
    }
  }

  /** Puts a manifest under a tag or its digest. */
  void manifest(String tagOrDigest, String mediaType, byte[] json) throws IOException {
    var headers = Map.of("Content-Type", mediaType);
    var call = call("PUT", registry.uri("manifests/" + tagOrDigest), headers, json);
    try (var answer = registry.ask(call, scopes())) {
      if (!answer.isOk()) {
        throw answer.refusal();
      }
    }
  }
}
