package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A container that swaps a directory and a symlink to a directory of the host as fast as it can,
 * while files are copied through that name and volumes mounted there: nothing of the host is read
 * or written (CVE-2018-15664, CVE-2021-25741). {@code -Draces=N} for more than 40 of each.
 */
class RacesTest {
  private static final int ROUNDS = Integer.getInteger("races", 40);

  /** In /swap: {@code x} and {@code y} exchange their names for ever. */
  private static final String SWAPPER =
      """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stdio.h>
      int main(void) {
        for (;;)
          if (renameat2(AT_FDCWD, "/swap/x", AT_FDCWD, "/swap/y", 2)) return 1;
      }
      """;

  private TestAgent agent;
  private Path host;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.start();
    agent.importBusybox("bb:1");
    host = Files.createDirectory(agent.folder.resolve("host"));
    Files.writeString(host.resolve("secret"), "of the host");
    var source = Files.writeString(agent.folder.resolve("swapper.c"), SWAPPER);
    var program = agent.folder.resolve("swapper");
    Shell.run("cc", "-static", "-O2", source.toString(), "-o", program.toString()).ok();
    agent
        .docker(
            "create", "--name", "swaps", "-v", "swap:/swap", "bb:1", "sh", "-c",
            "mkdir -p /swap/x" + host + "; mkdir /swap/x/in; echo inside > /swap/x/secret;"
                + "ln -s " + host + " /swap/y; exec /swapper")
        .ok();
    agent.docker("cp", program.toString(), "swaps:/swapper").ok();
    agent.docker("start", "swaps").ok();
    while (!Files.exists(agent.root.resolve("volumes/swap/_data/x/secret"))) {
      Thread.onSpinWait();
    }
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(state()).isEqualTo("true");
    try (var files = Files.list(host)) {
      assertThat(files).containsExactly(host.resolve("secret"));
    }
    assertThat(host.resolve("secret")).hasContent("of the host");
    agent.close();
  }

  /** Whether it still swaps: else nothing was proven. */
  private String state() {
    return agent.docker("inspect", "-f", "{{.State.Running}}", "swaps").ok().line();
  }

  @Test
  void copiesThroughASwappedNameStayInTheContainer() throws IOException {
    var in = Files.writeString(agent.folder.resolve("in"), "put");
    for (int round = 0; round < ROUNDS; round++) {
      agent.docker("cp", "-q", in.toString(), "swaps:/swap/x/put" + round);
      var out = agent.docker("cp", "-q", "swaps:/swap/x/secret", "-");
      assertThat(out.out()).doesNotContain("of the host");
    }
  }

  @Test
  void aSubpathThatIsSwappedIsMountedFromTheVolumeOrNot() {
    for (int round = 0; round < ROUNDS; round++) {
      var run =
          agent.docker(
              "run", "--rm", "--mount", "type=volume,src=swap,dst=/m,volume-subpath=x", "bb:1",
              "sh", "-c", "cat /m/secret; touch /m/touched");
      assertThat(run.out()).doesNotContain("of the host");
    }
    assertThat(List.of(host.toFile().list())).containsExactly("secret");
  }
}
