package stowage.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.WrongState;
import stowage.container.Attachment;

/** What this API reads and writes in words, as recorded from the stock client and daemon. */
class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {bad | invalid character 'b' looking for beginning of object key string
          {"a" 1} | invalid character '1' after object key
          {"a":1 "b"} | invalid character '"' after object key:value pair
          [1 2] | invalid character '2' after array element
          {"a":tru} | invalid character '}' in literal true (expecting 'e')
          {} x | invalid character 'x' after top-level value
          {"a":-x} | invalid character 'x' in numeric literal
          {"a | unexpected EOF
          nope | invalid character 'o' in literal null (expecting 'u')
          """)
  void brokenJsonIsToldAsGoTellsIt(String json, String reason) {
    assertThatThrownBy(() -> GoJson.check(json.getBytes(UTF_8)))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining("invalid JSON: ")
        .hasMessageContaining(reason);
  }

  @Test
  void soundJsonPasses() {
    var json = "{\"a\":[1,-2.5e3,\"x\\u00e4\\n\",true,false,null,{}],\"b\":[]} \n";
    assertThatCode(() -> GoJson.check(json.getBytes(UTF_8))).doesNotThrowAnyException();
  }

  @Test
  void filtersComeInTwoForms() {
    var now = Filters.parse("{\"label\":{\"a=b\":true,\"c\":false},\"name\":{\"x\":true}}");
    assertThat(now.of("label")).containsExactly("a=b");
    var old = Filters.parse("{\"label\":[\"a=b\",\"c\"]}");
    assertThat(old.of("label")).containsExactly("a=b", "c");
    assertThat(Filters.parse("").all()).isEmpty();
    assertThat(now.labels(Map.of("a", "b"))).isTrue();
    assertThat(now.labels(Map.of("a", "x"))).isFalse();
    assertThat(Filters.parse("{\"label!\":{\"a\":true}}").labels(Map.of("a", ""))).isFalse();
    assertThat(Filters.parse("{\"dangling\":{\"1\":true}}").flag("dangling")).hasValue(true);
  }

  @Test
  void filtersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> Filters.parse("{bad")).hasMessage("invalid filter");
    assertThatThrownBy(() -> Filters.parse("[1]")).hasMessage("invalid filter");
    assertThatThrownBy(() -> Filters.parse("{\"bad\":{\"1\":true}}").check(Set.of("label")))
        .hasMessage("invalid filter 'bad'");
    assertThatThrownBy(() -> Filters.parse("{\"d\":{\"maybe\":true}}").flag("d"))
        .hasMessageContaining("invalid filter 'd=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | Less than a second
          1 | 1 second
          59 | 59 seconds
          60 | About a minute
          150 | 2 minutes
          3600 | About an hour
          10000 | 3 hours
          180000 | 2 days
          2000000 | 3 weeks
          9000000 | 3 months
          99999999 | 3 years
          """)
  void durationsAreWords(long seconds, String words) {
    assertThat(Times.human(Duration.ofSeconds(seconds))).isEqualTo(words);
  }

  @Test
  void timesComeInThreeForms() {
    var at = Instant.parse("2026-11-23T03:23:08.5Z");
    assertThat(Times.parse("1795404188")).isEqualTo(at.minusMillis(500));
    assertThat(Times.parse("1795404188.500000000")).isEqualTo(at);
    assertThat(Times.parse("2026-11-23T04:23:08.5+01:00")).isEqualTo(at);
    assertThat(Times.rfc3339(at)).isEqualTo("2026-11-23T03:23:08.5Z");
    assertThat(Times.rfc3339Nano(at)).isEqualTo("2026-11-23T03:23:08.500000000Z");
    assertThatThrownBy(() -> Times.parse("yesterday")).isInstanceOf(InvalidArgument.class);
    assertThat(Until.parse(List.of("1h30m"), at)).hasValue(at.minusSeconds(5400));
  }

  @Test
  void progressBarsAreTheDaemons() {
    assertThat(ProgressLines.bar(50688, 1982592))
        .isEqualTo("[=>                                                 ]  50.69kB/1.983MB");
    assertThat(ProgressLines.bar(1590784, 1982592))
        .isEqualTo("[========================================>          ]  1.591MB/1.983MB");
    assertThat(ProgressLines.bar(2017280, 1982592))
        .isEqualTo("[==================================================>]  2.017MB");
    assertThat(ProgressLines.bar(0, 0)).isEmpty();
    assertThat(ProgressLines.human(999)).isEqualTo("999B");
    assertThat(ProgressLines.human(64_000_000)).isEqualTo("64MB");
  }

  @Test
  void framesCarryTheirStreamAndLength() throws IOException {
    var out = new ByteArrayOutputStream();
    new Frames(false, out).write(Attachment.Stream.STDERR, "2026 ".getBytes(UTF_8), new byte[300]);
    assertThat(out.toByteArray()).startsWith(2, 0, 0, 0, 0, 0, 1, 49, '2').hasSize(8 + 305);
    var raw = new ByteArrayOutputStream();
    new Frames(true, raw).write(Attachment.Stream.STDOUT, "x".getBytes(UTF_8));
    assertThat(raw.toString(UTF_8)).isEqualTo("x");
    assertThat(Frames.contentType(false, new ApiVersion(1, 41))).endsWith("raw-stream");
    assertThat(Frames.contentType(false, new ApiVersion(1, 42))).endsWith("multiplexed-stream");
  }

  @Test
  void detachKeysAreFoundAcrossPieces() {
    var keys = new DetachKeys("ctrl-x,x");
    assertThat(filter(keys, "ab\u0018")).isEqualTo("ab");
    assertThat(filter(keys, "c")).isEqualTo("\u0018c");
    assertThat(filter(keys, "\u0018\u0018y")).isEqualTo("\u0018\u0018y");
    assertThat(filter(keys, "\u0018")).isEmpty();
    assertThat(filter(keys, "x")).isNull();
    assertThat(filter(new DetachKeys(""), "\u0010\u0011")).isNull();
    assertThatThrownBy(() -> new DetachKeys("ctrl-")).hasMessageContaining("Invalid detach keys");
  }

  private static String filter(DetachKeys keys, String typed) {
    byte[] bytes = typed.getBytes(UTF_8);
    byte[] passed = keys.filter(bytes, bytes.length);
    return passed == null ? null : new String(passed, UTF_8);
  }

  @Test
  void recordedMessagesHaveTheirRecordedStatus() {
    var create = "POST /containers/create";
    assertThat(status(create, new InvalidArgument("invalid mode: bad; want x"))).isEqualTo(500);
    assertThat(status(create, new InvalidArgument("invalid mount config for type"))).isEqualTo(400);
    assertThat(status(create, new NotFound(Resource.IMAGE, "x", "No such image: x"))).isEqualTo(404);
    assertThat(status(create, new NotFound(Resource.CONTAINER, "x", "No such container: x")))
        .isEqualTo(400);
    assertThat(status("POST /containers/a/unpause", new WrongState("Container a is not paused")))
        .isEqualTo(500);
    assertThat(status("POST /containers/a/pause", new WrongState("paused"))).isEqualTo(409);
    var user = new Failed("unable to find user x: no matching entries in passwd file", null);
    assertThat(status("POST /containers/a/start", user)).isEqualTo(500);
    var denied = new StowageException.Denied("no basic auth credentials");
    assertThat(status("POST /images/create", denied)).isEqualTo(500);
    assertThat(status("POST /auth", denied)).isEqualTo(401);
    assertThat(status("GET /x", new StowageException.Unsupported("no"))).isEqualTo(501);
  }

  private static int status(String route, StowageException failure) {
    return HttpErrors.status(route, failure);
  }

  @Test
  void versionsAreTakenFromThePath() {
    var path = ApiVersion.Path.parse("/v1.41/images/a/b/json");
    assertThat(path.version()).isEqualTo(new ApiVersion(1, 41));
    assertThat(path.rest()).isEqualTo("/images/a/b/json");
    assertThat(ApiVersion.Path.parse("/info").version()).isEqualTo(ApiVersion.MAX);
    assertThat(new ApiVersion(1, 9)).isLessThan(ApiVersion.MIN);
  }
}
