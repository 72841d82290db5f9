package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static stowage.image.ScriptedRegistry.error;
import static stowage.image.ScriptedRegistry.send;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;

/** What a registry can do to a push: a clear error or none, and no credential for a stranger. */
final class EvilPushTest {
  private static final RegistryAuth SECRET = new RegistryAuth("user", "pa55word", "", "", "");
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("user:pa55word".getBytes(UTF_8));

  @TempDir Path folder;
  private Host host;
  private ScriptedRegistry registry;
  private ScriptedRegistry other;
  private final SampleImage image = SampleImage.of(21, 2, 900_000);
  private final List<DynamicTest> cases = new ArrayList<>();

  @BeforeEach
  void open() {
    host = new Host(folder);
    host.load(SampleArchive.docker(image, true, "a:1"));
  }

  @AfterEach
  void close() {
    host.close();
  }

  private interface Lie {
    void tell() throws IOException;
  }

  private void refused(String name, Lie lie, String word) {
    cases.add(DynamicTest.dynamicTest(name, () -> run(lie, word)));
  }

  private void withstood(String name, Lie lie) {
    cases.add(DynamicTest.dynamicTest(name, () -> run(lie, "")));
  }

  private void run(Lie lie, String word) throws IOException {
    try (var first = new ScriptedRegistry();
        var second = new ScriptedRegistry("127.0.0.2")) {
      registry = first;
      other = second;
      registry.on(
          "/v2/",
          x ->
              !BASIC.equals(x.getRequestHeaders().getFirst("Authorization"))
                  && drained(x)
                  && send(x, 401, Map.of("WWW-Authenticate", "Basic realm=\"r\""), new byte[0]));
      lie.tell();
      var name = registry.host() + "/t/x";
      host.images.tag("a:1", name + ":1");
      var failure =
          catchThrowable(() -> host.images.push(name, Optional.of("1"), SECRET, host.told));
      if (word.isEmpty()) {
        assertThat(failure).isNull();
        assertThat(registry.manifests).containsKey("t/x@1");
      } else {
        assertThat(failure)
            .isInstanceOf(StowageException.class)
            .hasMessageContaining(word)
            .hasMessageNotContaining("pa55word");
        assertThat(host.images.require(name + ":1").repoDigests()).isEmpty();
      }
      assertThat(other.seen)
          .as("credentials at another host")
          .allMatch(seen -> seen.authorization().equals("null"));
      host.images.remove(name + ":1", false, true, UsedBy.NOBODY);
      host.remove("a:1");
      assertThat(host.isEmpty()).as("still held: %s", host.files()).isTrue();
      host.load(SampleArchive.docker(image, true, "a:1"));
    }
  }

  /** A client is heard out before it is answered, as HTTP wants it. */
  private static boolean drained(HttpExchange x) throws IOException {
    x.getRequestBody().readAllBytes();
    return true;
  }

  private void on(String method, String part, ScriptedRegistry.Script script) {
    registry.on(part, x -> x.getRequestMethod().equals(method) && script.answer(x));
  }

  private void uploadAt(String location) {
    on("POST", "/blobs/uploads/", x -> send(x, 202, Map.of("Location", location), new byte[0]));
  }

  @TestFactory
  List<DynamicTest> aboutPushes() {
    withstood("an honest registry", () -> {});
    withstood("uploads at another host", () -> uploadAt(other.url("/v2/t/x/blobs/uploads/u1")));
    refused("uploads that move to another host half way", () -> on(
        "PATCH", "/blobs/uploads/", x -> drained(x) && send(x, 202, Map.of(
            "Location", other.url("/v2/t/x/blobs/uploads/u1")), new byte[0])), "digest invalid");
    for (var location : List.of("", "file:///etc/passwd", "http://", "http://[")) {
      refused("an upload at '" + location + "'", () -> uploadAt(location), "bad Location");
    }
    refused("no uploads", () -> on("POST", "/blobs/uploads/", x -> error(
        x, 403, "DENIED", "requested access to the resource is denied")), "denied: requested");
    refused("an upload that always fails", () -> on("PATCH", "/blobs/uploads/", x -> drained(x)
        && error(x, 500, "UNKNOWN", "no")), "unknown: no");
    withstood("an upload that fails once", () -> {
      var count = new AtomicInteger();
      on("PATCH", "/blobs/uploads/", x -> count.incrementAndGet() == 1
          && drained(x) && error(x, 500, "UNKNOWN", "no"));
    });
    withstood("an upload cut once", () -> {
      var count = new AtomicInteger();
      on("PATCH", "/blobs/uploads/", x -> {
        if (count.incrementAndGet() > 1) {
          return false;
        }
        x.getRequestBody().readNBytes(1000);
        x.close();
        return true;
      });
    });
    refused("an upload nobody takes", () -> {
      // More than the sockets' buffers take.
      host.remove("a:1");
      host.load(SampleArchive.docker(SampleImage.of(22, 1, 24 << 20), true, "a:1"));
      on("PATCH", "/blobs/uploads/", x -> {
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return true;
      });
    }, "too slow");
    refused("another digest than sent", () -> on("PUT", "/blobs/uploads/", x -> drained(x)
        && error(x, 400, "DIGEST_INVALID", "provided digest did not match")), "digest invalid");
    refused("a manifest refused", () -> on("PUT", "/manifests/", x -> drained(x)
        && error(x, 400, "MANIFEST_BLOB_UNKNOWN", "blob unknown")), "manifest blob unknown");
    refused("401 for the manifest, whatever we send", () -> on("PUT", "/manifests/", x ->
        drained(x) && send(x, 401, Map.of("WWW-Authenticate", "Basic realm=\"r\""), new byte[0])),
        "authentication required");
    refused("a HEAD that fails", () -> on("HEAD", "/blobs/", x -> send(
        x, 403, Map.of(), new byte[0])), "denied");
    return cases;
  }
}
