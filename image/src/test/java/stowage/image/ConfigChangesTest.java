package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stowage.base.Json;
import stowage.base.StowageException;

final class ConfigChangesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          CMD ["a","b c"]               | {"Cmd":["a","b c"]}
          cmd echo hi                   | {"Cmd":["/bin/sh","-c","echo hi"]}
          CMD [not json]                | {"Cmd":["/bin/sh","-c","[not json]"]}
          ENTRYPOINT ["x"]              | {"Entrypoint":["x"]}
          ENV A=b C="d e" F=g\\ h       | {"Env":["A=b","C=d e","F=g h"]}
          ENV A the rest = of it        | {"Env":["A=the rest = of it"]}
          EXPOSE 80 53/udp              | {"ExposedPorts":{"80/tcp":{},"53/udp":{}}}
          EXPOSE 7-9                    | {"ExposedPorts":{"7/tcp":{},"8/tcp":{},"9/tcp":{}}}
          LABEL a=b 'c d'=e             | {"Labels":{"a":"b","c d":"e"}}
          USER u:g                      | {"User":"u:g"}
          VOLUME /a /b                  | {"Volumes":{"/a":{},"/b":{}}}
          VOLUME ["/a b"]               | {"Volumes":{"/a b":{}}}
          WORKDIR /x/../y               | {"WorkingDir":"/y"}
          WORKDIR rel                   | {"WorkingDir":"/rel"}
          STOPSIGNAL SIGINT             | {"StopSignal":"SIGINT"}
          ONBUILD RUN x                 | {"OnBuild":["RUN x"]}
          HEALTHCHECK NONE              | {"Healthcheck":{"Test":["NONE"]}}
          HEALTHCHECK --retries=2 CMD x | {"Healthcheck":{"Retries":2,"Test":["CMD-SHELL","x"]}}
          """)
  void aLineSetsWhatDockerSets(String line, String json) {
    assertThat(Json.text(ConfigChanges.apply(Map.of(), List.of(line)))).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM x", "RUN x", "BADINSTR x", "ENV A", "LABEL =x", "EXPOSE x", "EXPOSE 9-7",
        "EXPOSE 70000", "HEALTHCHECK x", "HEALTHCHECK --bad=1 CMD x",
        "HEALTHCHECK --interval=x CMD x", "CMD", "VOLUME [1]", "ENV a=b c"
      })
  void anyOtherLineIsRefused(String line) {
    assertThatThrownBy(() -> ConfigChanges.apply(Map.of(), List.of(line)))
        .isInstanceOf(StowageException.InvalidArgument.class);
  }

  @Test
  void linesGoOnFromWhatIsThere() {
    Map<String, Object> before =
        Map.of("Env", List.of("A=1", "B=2"), "Cmd", List.of("old"), "WorkingDir", "/w");
    var after =
        ConfigChanges.apply(before, List.of("ENV B=3", "ENTRYPOINT [\"e\"]", "WORKDIR sub"));
    assertThat(after)
        .containsEntry("Env", List.of("A=1", "B=3"))
        .containsEntry("WorkingDir", "/w/sub")
        .doesNotContainKey("Cmd");
    assertThat(before).containsEntry("Cmd", List.of("old"));
  }

  @ParameterizedTest
  @CsvSource({
    "24h, 2026-01-01T00:00:00Z", "1h30m, 2026-01-01T22:30:00Z", "90s, 2026-01-01T23:58:30Z",
    "2026-01-01, 2026-01-01T00:00:00Z", "2025-12-31T10:00:00+02:00, 2025-12-31T08:00:00Z",
    "2025-12-31T10:00:00, 2025-12-31T10:00:00Z", "1700000000, 2023-11-14T22:13:20Z",
    "1700000000.5, 2023-11-14T22:13:20.500Z"
  })
  void momentsAreReadAsDockersClientsWriteThem(String text, Instant moment) {
    var now = Instant.parse("2026-01-02T00:00:00Z");
    assertThat(GoDuration.moment(text, now)).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1d", "24hh", "2026-13-01", "99999999999999h"})
  void otherMomentsAreRefused(String text) {
    assertThatThrownBy(() -> GoDuration.moment(text, Instant.EPOCH))
        .isInstanceOf(StowageException.InvalidArgument.class);
  }
}
