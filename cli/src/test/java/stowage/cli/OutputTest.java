package stowage.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Output output(boolean terminal) {
    return new Output(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), terminal);
  }

  @Test
  void rowsAreATableForPeopleAndAnArrayForPrograms() {
    output(false).rows("table", List.of("NAME", "IMAGE ID"), List.of(List.of("long-name", "1")));
    assertThat(out.toString(UTF_8)).isEqualTo("NAME        IMAGE ID\nlong-name   1\n");
    out.reset();
    output(false).rows("json", List.of("NAME", "IMAGE ID"), List.of(List.of("a", "1")));
    assertThat(out.toString(UTF_8).replaceAll("\\s", ""))
        .isEqualTo("[{\"name\":\"a\",\"image_id\":\"1\"}]");
  }

  @Test
  void coloursOnlyOnATerminal() {
    assertThat(output(false).strong("x")).isEqualTo("x");
    assertThat(output(true).strong("x")).contains("\033[");
  }

  @Test
  void framesGoToTheStreamTheyName() throws IOException {
    var frames = new byte[] {1, 0, 0, 0, 0, 0, 0, 2, 'h', 'i', 2, 0, 0, 0, 0, 0, 0, 1, '!'};
    Streams.copy(new ByteArrayInputStream(frames), false, output(false));
    assertThat(out.toString(UTF_8)).isEqualTo("hi");
    assertThat(err.toString(UTF_8)).isEqualTo("!");
    var cut = new ByteArrayInputStream(frames, 0, 9);
    assertThatThrownBy(() -> Streams.copy(cut, false, output(false)))
        .hasMessageContaining("ends inside a frame");
  }

  @Test
  void progressElsewhereIsALineForEachThingThatEnds() throws IOException {
    var messages =
        "{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"a\"}\r\n"
            + "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1,\"total\":2},\"id\":\"a\"}\r\n"
            + "{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"a\"}\r\n"
            + "{\"status\":\"Digest: sha256:1 \\\"}\\\"\"}\r\n";
    new ProgressView(output(false)).show(new ByteArrayInputStream(messages.getBytes(UTF_8)));
    assertThat(out.toString(UTF_8))
        .isEqualTo("a: Pulling fs layer\na: Pull complete\nDigest: sha256:1 \"}\"\n");
  }

  @Test
  void anErrorInTheProgressIsTheCommandsError() {
    var error = "{\"errorDetail\":{\"message\":\"no\"},\"error\":\"no such layer\"}";
    assertThatThrownBy(
            () ->
                new ProgressView(output(false))
                    .show(new ByteArrayInputStream(error.getBytes(UTF_8))))
        .hasMessage("no such layer");
  }

  @Test
  void completionOffersTheWordsThatMayStandThere() throws IOException {
    Completion.words(List.of("volume", "c"), output(false));
    assertThat(out.toString(UTF_8)).isEqualTo("create\n");
    out.reset();
    Completion.words(List.of("ps", "--q"), output(false));
    assertThat(out.toString(UTF_8)).isEqualTo("--quiet\n");
  }
}
