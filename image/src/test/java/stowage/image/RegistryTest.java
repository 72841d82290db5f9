package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.oci.Descriptor;
import stowage.oci.Reference;

final class RegistryTest {
  static final Patience QUICK =
      new Patience(
          3,
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofMillis(400),
          1024);

  private static Registry connect(ScriptedRegistry server, RegistryAuth auth) throws IOException {
    var repository = new Reference(server.host(), "t/x", Optional.empty(), Optional.empty());
    return new Registries(RegistrySettings.DEFAULT, QUICK, Time.SYSTEM).connect(repository, auth);
  }

  private static Descriptor blob(byte[] bytes) {
    return new Descriptor("x/y", Digest.of(bytes), bytes.length);
  }

  @Test
  void challengesAreReadWhateverTheirSpelling() {
    var challenges =
        Challenge.parse(
            java.util.List.of(
                "Bearer realm=\"https://a/b?c=d,e\", service=reg , scope=\"x \\\"y\\\"\","
                    + " Basic realm=\"r\"",
                "negotiate"));
    assertThat(challenges)
        .extracting(Challenge::scheme)
        .containsExactly("bearer", "basic", "negotiate");
    assertThat(challenges.getFirst().parameter("realm")).isEqualTo("https://a/b?c=d,e");
    assertThat(challenges.getFirst().parameter("service")).isEqualTo("reg");
    assertThat(challenges.getFirst().parameter("scope")).isEqualTo("x \"y\"");
    assertThat(Challenge.parse(java.util.List.of("", ",,,", "=", "\"", "a=\"b"))).isEmpty();
  }

  @Test
  void aBlobGoesOnWhereACutLeftOff() throws IOException {
    try (var server = new ScriptedRegistry()) {
      byte[] bytes = SampleImage.random(1, 300_000);
      server.put(bytes);
      var count = new AtomicInteger();
      server.on(
          "/blobs/",
          x -> count.incrementAndGet() == 1 && ScriptedRegistry.cut(x, bytes, 100_000));
      try (var stream = new BlobStream(connect(server, RegistryAuth.NONE), blob(bytes))) {
        assertThat(stream.readAllBytes()).isEqualTo(bytes);
        assertThat(stream.isResumed()).isTrue();
      }
      assertThat(server.seen).anyMatch(s -> s.range().startsWith("bytes="));
    }
  }

  @Test
  void aServerThatDoesNotDoRangesIsReadFromTheStart() throws IOException {
    try (var server = new ScriptedRegistry()) {
      byte[] bytes = SampleImage.random(2, 300_000);
      var count = new AtomicInteger();
      server.on(
          "/blobs/",
          x ->
              count.incrementAndGet() == 1
                  ? ScriptedRegistry.cut(x, bytes, 100_000)
                  : ScriptedRegistry.send(x, 200, Map.of(), bytes));
      try (var stream = new BlobStream(connect(server, RegistryAuth.NONE), blob(bytes))) {
        assertThat(stream.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void aTrickleIsCut() throws IOException {
    try (var server = new ScriptedRegistry()) {
      byte[] bytes = SampleImage.random(3, 100_000);
      server.on(
          "/blobs/",
          x -> {
            x.sendResponseHeaders(200, bytes.length);
            try {
              for (int i = 0; i < bytes.length; i++) {
                x.getResponseBody().write(bytes, i, 1);
                x.getResponseBody().flush();
                Thread.sleep(20);
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return true;
          });
      try (var stream = new BlobStream(connect(server, RegistryAuth.NONE), blob(bytes))) {
        assertThatThrownBy(stream::readAllBytes)
            .isInstanceOf(StowageException.Unavailable.class)
            .hasMessageContaining("too slow");
      }
    }
  }

  @Test
  void aTokenIsFetchedOnceAndUsed() throws IOException {
    try (var server = new ScriptedRegistry()) {
      byte[] bytes = SampleImage.random(4, 1000);
      server.put(bytes);
      server.on(
          "/v2/",
          x -> {
            if ("Bearer t0ken".equals(x.getRequestHeaders().getFirst("Authorization"))) {
              return false;
            }
            var challenge = "Bearer realm=\"%s\",service=\"s\"".formatted(server.url("/token"));
            return ScriptedRegistry.send(
                x, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
          });
      server.on(
          "/token",
          x -> ScriptedRegistry.send(x, 200, Map.of(), "{\"token\":\"t0ken\"}".getBytes(UTF_8)));
      var auth = new RegistryAuth("u", "p", "", "", server.host());
      var registry = connect(server, auth);
      for (int i = 0; i < 3; i++) {
        assertThat(registry.bytes(blob(bytes), 1000, "blob")).isEqualTo(bytes);
      }
      assertThat(server.count("/token")).isEqualTo(1);
      assertThat(server.seen)
          .filteredOn(s -> s.path().contains("/token"))
          .allMatch(s -> s.authorization().startsWith("Basic "))
          .allMatch(s -> s.path().contains("scope=repository%3At%2Fx%3Apull"));
    }
  }
}
