package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static stowage.image.ScriptedRegistry.cut;
import static stowage.image.ScriptedRegistry.error;
import static stowage.image.ScriptedRegistry.redirect;
import static stowage.image.ScriptedRegistry.send;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.StowageException;

/**
 * Every lie a registry can tell: it is told as a clear error or withstood, nothing of the image
 * stays, and no credential leaves the host it is for.
 */
final class EvilRegistryTest {
  private static final RegistryAuth SECRET = new RegistryAuth("user", "pa55word", "", "", "");
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  @TempDir Path folder;
  private Host host;
  private ScriptedRegistry registry;
  private ScriptedRegistry other;
  private final SampleImage image = SampleImage.of(5, 2, 60_000);
  private final List<DynamicTest> cases = new ArrayList<>();

  @BeforeEach
  void open() {
    host = new Host(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  /** Sets a lie up in {@link #registry}. */
  private interface Lie {
    void tell() throws IOException;
  }

  private void refused(String name, Lie lie, String... words) {
    cases.add(DynamicTest.dynamicTest(name, () -> run(lie, "t/x:1", words)));
  }

  private void withstood(String name, Lie lie) {
    cases.add(DynamicTest.dynamicTest(name, () -> run(lie, "t/x:1")));
  }

  private void run(Lie lie, String reference, String... words) throws IOException {
    try (var first = new ScriptedRegistry();
        var second = new ScriptedRegistry("127.0.0.2")) {
      registry = first;
      other = second;
      image.into(registry, "t/x", "1");
      image.into(other, "t/x", "1");
      lie.tell();
      var name = registry.host() + "/" + reference;
      var failure = catchThrowable(() -> pull(name));
      if (words.length > 0) {
        assertThat(failure)
            .isInstanceOf(StowageException.class)
            .hasMessageContainingAll(words)
            .hasMessageNotContaining("pa55word");
        assertThat(failure.getMessage()).hasSizeLessThan(1000).doesNotContain("\u001b", "\r");
      } else {
        assertThat(failure).isNull();
        assertThat(host.images.require(name).id()).isEqualTo(image.id());
        host.images.remove(image.id().toString(), true, true, UsedBy.NOBODY);
      }
      assertThat(host.isEmpty()).as("%s", host.files()).isTrue();
      assertThat(other.seen)
          .as("credentials at another host")
          .allMatch(seen -> seen.authorization().equals("null"));
    }
  }

  /** One tag, or all when the name has none. */
  private void pull(String name) {
    if (name.endsWith(":1")) {
      host.images.pull(name, Optional.empty(), SECRET, host.told);
    } else {
      host.images.pullAll(name, Optional.empty(), SECRET, host.told);
    }
  }

  private static boolean challenge(HttpExchange x, String challenge) throws IOException {
    if (x.getRequestHeaders().getFirst("Authorization") != null) {
      return false;
    }
    return send(x, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
  }

  private void basic() {
    registry.on("/v2/", x -> challenge(x, "Basic realm=\"r\""));
  }

  private void bearer(String realm) {
    registry.on("/v2/", x -> challenge(x, "Bearer realm=\"%s\",service=\"s\"".formatted(realm)));
  }

  private void token(ScriptedRegistry.Script answer) {
    bearer(registry.url("/token"));
    registry.on("/token", answer);
  }

  private void manifest(String type, byte[] bytes) {
    registry.tag("t/x", "1", type, bytes);
  }

  private void manifest(String json) {
    manifest(SampleImage.MANIFEST, json.getBytes(UTF_8));
  }

  private String firstBlob() {
    return "/blobs/" + Digest.of(image.blobs.getFirst());
  }

  private static byte[] ok(String json) {
    return json.getBytes(UTF_8);
  }

  @TestFactory
  List<DynamicTest> aboutWhoWeAre() {
    withstood("basic auth, blobs redirected elsewhere", () -> {
      basic();
      registry.on("/blobs/", x -> redirect(x, other.url(x.getRequestURI().toString())));
    });
    withstood("basic auth, manifests redirected elsewhere", () -> {
      basic();
      registry.on("/manifests/", x -> redirect(x, other.url(x.getRequestURI().toString())));
    });
    withstood("token auth, blobs redirected elsewhere", () -> {
      token(x -> send(x, 200, Map.of(), ok("{\"access_token\":\"abc\"}")));
      registry.on("/blobs/", x -> redirect(x, other.url(x.getRequestURI().toString())));
    });
    refused("token server at another host without TLS",
        () -> bearer(other.url("/token")), "token server without TLS");
    refused("token server of another scheme", () -> bearer("file:///etc/passwd"), "bad Location");
    refused("no token server", () -> bearer(""), "bad Location");
    refused("token server that redirects elsewhere", () -> {
      token(x -> redirect(x, other.url("/token")));
      other.on("/token", x -> send(x, 401, Map.of(), new byte[0]));
    }, "authentication required");
    refused("token with a line end in it",
        () -> token(x -> send(x, 200, Map.of(), ok("{\"token\":\"a\\r\\nX-Evil: 1\"}"))),
        "no usable token");
    refused("token of two megabytes",
        () -> token(x -> send(x, 200, Map.of(), new byte[2 << 20])), "longer than");
    refused("token that is no JSON",
        () -> token(x -> send(x, 200, Map.of(), ok("<html>"))), "token");
    refused("no token in the answer",
        () -> token(x -> send(x, 200, Map.of(), ok("{}"))), "no usable token");
    refused("token server that refuses",
        () -> token(x -> error(x, 401, "UNAUTHORIZED", "bad password")), "bad password");
    refused("401 whatever we send", () -> registry.on("/v2/", x -> send(
        x, 401, Map.of("WWW-Authenticate", "Basic realm=\"r\""), new byte[0])),
        "authentication required");
    refused("401 without a challenge",
        () -> registry.on("/manifests/", x -> send(x, 401, Map.of(), new byte[0])),
        "authentication required");
    refused("a challenge that cannot be read", () -> registry.on("/v2/", x -> challenge(
        x, "Bearer realm=\"x")), "not found");
    return cases;
  }

  @TestFactory
  List<DynamicTest> aboutWhereThingsAre() {
    refused("a redirect to itself", () -> registry.on("/manifests/", x -> redirect(
        x, x.getRequestURI().toString())), "more than 10 redirects");
    refused("a redirect chain without end", () -> {
      var count = new AtomicInteger();
      registry.on("/manifests/", x -> redirect(x, "/v2/t/x/manifests/" + count.incrementAndGet()));
    }, "more than 10 redirects");
    for (var location : List.of(
        "", "file:///etc/passwd", "http://", "http://[", "ftp://127.0.0.1/x", "gopher://x",
        "http://user:pw@127.0.0.1/", "javascript:alert(1)")) {
      refused("a redirect to '" + location + "'",
          () -> registry.on("/blobs/", x -> redirect(x, location)), "bad Location");
    }
    refused("a redirect to the cloud's metadata", () -> registry.on("/blobs/", x -> redirect(
        x, "http://169.254.169.254/latest/meta-data/")), "own address refused");
    refused("a redirect to nowhere", () -> registry.on("/blobs/", x -> redirect(
        x, "http://127.0.0.3:1/x")), "connection refused");
    return cases;
  }

  @TestFactory
  List<DynamicTest> aboutManifests() {
    refused("a manifest over 4 MiB", () -> manifest(SampleImage.MANIFEST, new byte[5 << 20]),
        "manifest is longer than");
    refused("a manifest without end", () -> registry.on("/manifests/", x -> {
      x.sendResponseHeaders(200, 0);
      for (int i = 0; i < 10_000; i++) {
        x.getResponseBody().write(new byte[10_000]);
      }
      return true;
    }), "manifest is longer than");
    refused("a manifest with another Docker-Content-Digest", () -> registry.on("/manifests/", x ->
        send(x, 200, Map.of("Docker-Content-Digest", image.id().toString(),
            "Content-Type", SampleImage.MANIFEST), image.manifest())), "Docker-Content-Digest");
    refused("a manifest with Content-Encoding", () -> registry.on("/manifests/", x -> send(
        x, 200, Map.of("Content-Encoding", "gzip"), SampleImage.gzip(image.manifest()))),
        "Content-Encoding gzip");
    refused("a manifest that is a list too", () -> manifest(
        new String(image.manifest(), UTF_8).replace("\"layers\"", "\"manifests\":[],\"layers\"")),
        "manifest");
    refused("a manifest of another type than it says",
        () -> manifest(OCI_INDEX, image.manifest()), "mediaType");
    refused("a manifest of schema 1", () -> manifest(
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        ok("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}")), "schema 1");
    refused("a manifest that is no JSON", () -> manifest("<html>nope</html>"), "JSON");
    refused("a manifest nested without end", () -> manifest("[".repeat(100_000)), "nested");
    refused("a manifest of 2000 layers", () -> manifest(new String(SampleImage.manifest(
        SampleImage.descriptor(SampleImage.CONFIG, image.id().toString(), image.config.length),
        String.join(",", java.util.Collections.nCopies(2000, image.layers()))), UTF_8)), "layers");
    for (var digest : List.of(
        "sha256:../../../etc/passwd", "sha256:" + "A".repeat(64), "sha512:" + "a".repeat(128),
        "sha256:abc", "", "md5:" + "a".repeat(32))) {
      refused("a layer named '" + digest + "'", () -> manifest(new String(SampleImage.manifest(
          SampleImage.descriptor(SampleImage.CONFIG, image.id().toString(), image.config.length),
          SampleImage.descriptor(SampleImage.LAYER, digest, 5)), UTF_8)), "digest");
    }
    refused("a layer of negative size", () -> manifest(new String(SampleImage.manifest(
        SampleImage.descriptor(SampleImage.CONFIG, image.id().toString(), image.config.length),
        SampleImage.descriptor(SampleImage.LAYER, image.id().toString(), -5)), UTF_8)), "size");
    refused("a foreign layer", () -> manifest(new String(image.manifest(), UTF_8).replace(
        SampleImage.LAYER, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")),
        "foreign layer");
    refused("an artifact that is no image", () -> manifest(new String(image.manifest(), UTF_8)
        .replace(SampleImage.CONFIG, "application/vnd.cncf.helm.config.v1+json")), "not an image");
    refused("an error page of control characters", () -> registry.on("/manifests/", x -> error(
        x, 400, "X\\u001b[31m", "\\u001b[2J\\r\\n" + "z".repeat(5000))), "zzz");
    return cases;
  }

  private byte[] index(String descriptor) {
    return ok("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(OCI_INDEX, descriptor));
  }

  private String platformed(byte[] manifest, long size, String os) {
    var bare = SampleImage.descriptor(
        SampleImage.MANIFEST, Digest.of(manifest).toString(), size);
    return bare.replace(
        "{", "{\"platform\":{\"os\":\"%s\",\"architecture\":\"amd64\"},".formatted(os));
  }

  @TestFactory
  List<DynamicTest> aboutListsAndConfigs() {
    withstood("a list that is honest", () -> manifest(
        OCI_INDEX, index(platformed(image.manifest(), image.manifest().length, "linux"))));
    refused("a list without our platform", () -> manifest(
        OCI_INDEX, index(platformed(image.manifest(), image.manifest().length, "plan9"))),
        "no matching manifest for linux/amd64 in the manifest list entries");
    refused("a list that lies about a size", () -> manifest(
        OCI_INDEX, index(platformed(image.manifest(), 7, "linux"))), "its list says 7");
    refused("a list that names a manifest it has not", () -> manifest(
        OCI_INDEX, index(platformed(new byte[] {1}, 1, "linux"))), "not found");
    refused("another manifest than the list's digest", () -> {
      manifest(OCI_INDEX, index(platformed(image.manifest(), image.manifest().length, "linux")));
      registry.on("/manifests/sha256:", x -> send(
          x, 200, Map.of("Content-Type", SampleImage.MANIFEST), ok("{}")));
    }, "manifest verification failed");
    refused("lists in lists without end", () -> {
      byte[] inner = index(platformed(image.manifest(), image.manifest().length, "linux"));
      for (int i = 0; i < 6; i++) {
        registry.tag("t/x", "i" + i, OCI_INDEX, inner);
        inner = index(platformed(inner, inner.length, "linux").replace(
            SampleImage.MANIFEST, OCI_INDEX));
      }
      manifest(OCI_INDEX, inner);
    }, "too deep");
    refused("a config of other bytes", () -> registry.on("/blobs/" + image.id(), x -> send(
        x, 200, Map.of(), new byte[image.config.length])), "image config is not");
    refused("a config of 100 MiB", () -> manifest(new String(SampleImage.manifest(
        SampleImage.descriptor(SampleImage.CONFIG, image.id().toString(), 100 << 20),
        image.layers()), UTF_8)), "more than");
    refused("a config for fewer layers", () -> config(
        SampleImage.config(image.tars.subList(0, 1), "linux")), "names 1 layers, its manifest 2");
    refused("a config for Windows", () -> config(
        SampleImage.config(image.tars, "windows")), "\"windows\" cannot be used");
    refused("a config that is no JSON", () -> config(ok("nope")), "config");
    refused("a config that names other layers", () -> config(
        SampleImage.config(image.tars.reversed(), "linux")), "its bytes are those of");
    return cases;
  }

  private void config(byte[] config) {
    registry.put(config);
    manifest(SampleImage.MANIFEST, SampleImage.manifest(SampleImage.descriptor(
        SampleImage.CONFIG, Digest.of(config).toString(), config.length), image.layers()));
  }

  @TestFactory
  List<DynamicTest> aboutBlobs() {
    byte[] blob = image.blobs.getFirst();
    refused("a layer that is not there", () -> registry.blobs.remove(
        Digest.of(blob).toString()), "blob unknown");
    refused("a layer cut every time", () -> registry.on(firstBlob(), x -> cut(x, blob, 10)),
        "cut after");
    refused("a layer cut every time, ranges or not", () -> registry.on(firstBlob(), x ->
        cut(x, blob, x.getRequestHeaders().containsKey("Range") ? 0 : 10)), "cut");
    withstood("a layer cut once", () -> once(x -> cut(x, blob, 1000)));
    withstood("a layer cut once by a server without ranges", () -> {
      registry.on(firstBlob(), x -> send(x, 200, Map.of(), blob));
      once(x -> cut(x, blob, 1000));
    });
    refused("another range than asked for", () -> {
      registry.on(firstBlob(), x -> x.getRequestHeaders().containsKey("Range")
          ? send(x, 206, Map.of("Content-Range",
              "bytes 0-%d/%d".formatted(blob.length - 1, blob.length)), blob)
          : cut(x, blob, 50_000));
    }, "Content-Range");
    withstood("other bytes after the cut, once", () -> {
      var count = new AtomicInteger();
      registry.on(firstBlob(), x -> switch (count.incrementAndGet()) {
        case 1 -> cut(x, blob, 1000);
        case 2 -> send(x, 206, Map.of("Content-Range", "bytes 1000-%d/%d"
            .formatted(blob.length - 1, blob.length)), new byte[blob.length - 1000]);
        default -> false;
      });
    });
    refused("part of a layer when all was asked for", () -> registry.on(firstBlob(), x -> send(
        x, 206, Map.of("Content-Range", "bytes 0-9/10"), blob)), "unexpected HTTP status 206");
    refused("a layer longer than it should be", () -> registry.on(firstBlob(), x -> {
      x.sendResponseHeaders(200, 0);
      x.getResponseBody().write(blob);
      x.getResponseBody().write(blob);
      return true;
    }), "longer than");
    refused("a layer of another Content-Length", () -> registry.on(firstBlob(), x -> send(
        x, 200, Map.of(), Arrays.copyOf(blob, blob.length + 5))), "its descriptor says");
    refused("a layer with Content-Encoding", () -> registry.on(firstBlob(), x -> send(
        x, 200, Map.of("Content-Encoding", "br"), blob)), "Content-Encoding br");
    refused("other bytes of the same size", () -> registry.on(firstBlob(), x -> send(
        x, 200, Map.of(), SampleImage.random(1, blob.length))), "");
    refused("the same tar packed otherwise", () -> {
      byte[] packed = SampleImage.gzip(image.tars.getFirst());
      packed[4] = 77; // the time in gzip's header
      registry.on(firstBlob(), x -> send(x, 200, Map.of(), packed));
    }, "layer verification failed for digest");
    refused("a gzip that is cut but of the right size", () -> registry.on(firstBlob(), x -> {
      byte[] bad = blob.clone();
      Arrays.fill(bad, blob.length / 2, blob.length, (byte) 0);
      return send(x, 200, Map.of(), bad);
    }), "");
    refused("a layer that trickles", () -> registry.on(firstBlob(), x -> {
      x.sendResponseHeaders(200, blob.length);
      try {
        for (int i = 0; i < blob.length; i++) {
          x.getResponseBody().write(blob, i, 1);
          x.getResponseBody().flush();
          Thread.sleep(20);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    }), "too slow");
    return cases;
  }

  /** The first time only. */
  private void once(ScriptedRegistry.Script script) {
    var count = new AtomicInteger();
    registry.on(firstBlob(), x -> count.incrementAndGet() == 1 && script.answer(x));
  }

  @TestFactory
  List<DynamicTest> aboutBadDays() {
    for (int status : List.of(429, 500, 502, 503, 504)) {
      withstood(status + " twice", () -> {
        var count = new AtomicInteger();
        registry.on("/manifests/", x -> count.incrementAndGet() <= 2
            && send(x, status, Map.of("Retry-After", "999999"), new byte[0]));
      });
      refused(status + " for ever", () -> registry.on("/manifests/", x -> send(
          x, status, Map.of("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT"), new byte[0])),
          status == 429 ? "too many requests" : "unexpected HTTP status: " + status);
    }
    refused("503 for a layer, for ever", () -> registry.on(firstBlob(), x -> send(
        x, 503, Map.of(), new byte[0])), "unexpected HTTP status: 503");
    refused("403", () -> registry.on("/manifests/", x -> error(
        x, 403, "DENIED", "requested access to the resource is denied")),
        "pull access denied for", "may require 'docker login'", "denied: requested access");
    refused("headers that never come", () -> registry.on("/manifests/", x -> {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    }), "timeout exceeded while awaiting headers");
    refused("hanging up at once", () -> registry.on("/manifests/", x -> {
      x.close();
      return true;
    }), "Get \"http://127.0.0.1");
    return cases;
  }

  private void refusedTags(String name, Lie lie, String... words) {
    cases.add(DynamicTest.dynamicTest(name, () -> run(lie, "t/x", words)));
  }

  private void tags(String link, String json) {
    registry.on("/tags/list", x -> send(
        x, 200, link.isEmpty() ? Map.of() : Map.of("Link", link), ok(json)));
  }

  @TestFactory
  List<DynamicTest> aboutTags() {
    refusedTags("a list that goes on at itself", () -> tags(
        "</v2/t/x/tags/list>; rel=\"next\"", "{\"tags\":[\"1\"]}"), "does not end");
    refusedTags("a list without end", () -> {
      var count = new AtomicInteger();
      registry.on("/tags/list", x -> send(x, 200, Map.of(
          "Link", "</v2/t/x/tags/list?n=" + count.incrementAndGet() + ">; rel=\"next\""),
          ok("{\"tags\":[\"1\"]}")));
    }, "does not end");
    refusedTags("a list that goes on elsewhere", () -> tags(
        "<" + other.url("/v2/t/x/tags/list") + ">; rel=\"next\"", "{\"tags\":[\"1\"]}"),
        "goes on at another host");
    refusedTags("a tag that is a path", () -> tags("", "{\"tags\":[\"../../x\"]}"), "tag");
    refusedTags("tags that are no strings", () -> tags("", "{\"tags\":[1]}"), "tags");
    refusedTags("no JSON", () -> tags("", "<html>"), "JSON");
    refusedTags("five megabytes", () -> tags("", "x".repeat(5 << 20)), "longer than");
    return cases;
  }
}
