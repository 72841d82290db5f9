package stowage.blockd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** Runs the real programs a test looks with. */
final class Shell {
  private Shell() {}

  /** What it printed, of both kinds; it must succeed. */
  static String run(String... words) throws IOException, InterruptedException {
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(List.of(words) + " said " + said).isZero();
    return said;
  }

  /** Whether it succeeded. */
  static boolean works(String... words) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor() == 0;
  }
}
