package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * "An agent killed with -9 and restarted finds running containers running, collects exits that
 * happened meanwhile, and keeps attach, logs and exec working."
 */
class KillTest {
  private static final int ROUNDS = Integer.getInteger("kills", 8);
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private TestAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.start();
    agent.importBusybox("bb:1");
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
  }

  private String inspect(String container, String field) {
    return agent.docker("inspect", "-f", "{{" + field + "}}", container).ok().line();
  }

  /** A container that ends with {@code code} when its volume has a file {@code go}. */
  private void waits(String name, int code, String... flags) {
    var words = new ArrayList<>(List.of("run", "-d", "--name", name, "-v", name + ":/gate"));
    words.addAll(List.of(flags));
    words.addAll(
        List.of(
            "bb:1", "sh", "-c",
            "echo begun; until [ -e /gate/go ]; do sleep 0.05; done; echo ended; exit " + code));
    agent.docker(words.toArray(String[]::new)).ok();
  }

  private void letGo(String name) throws IOException {
    Files.createFile(agent.root.resolve("volumes/" + name + "/_data/go"));
  }

  private static void awaitEnd(long pid) {
    ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
  }

  @Test
  void containersRunOnAndExitsMeanwhileAreCollected() throws Exception {
    var random = new Random(SEED);
    agent.docker("run", "-d", "--name", "steady", "bb:1", "sleep", "100000").ok();
    var pid = inspect("steady", ".State.Pid");
    for (int round = 0; round < ROUNDS; round++) {
      int code = random.nextInt(256);
      waits("c" + round, code);
      waits("r" + round, code, "--rm");
      long one = Long.parseLong(inspect("c" + round, ".State.Pid"));
      long two = Long.parseLong(inspect("r" + round, ".State.Pid"));
      agent.kill();
      letGo("c" + round);
      letGo("r" + round);
      if (random.nextBoolean()) { // else they may end while the agent starts
        awaitEnd(one);
        awaitEnd(two);
      }
      agent.restart();
      assertThat(inspect("steady", ".State.Running .State.Pid".replace(" ", "}} {{")))
          .isEqualTo("true " + pid);
      assertThat(agent.docker("wait", "c" + round).ok().line())
          .as("seed " + SEED)
          .isEqualTo("" + code);
      assertThat(agent.docker("logs", "c" + round).ok().out()).isEqualTo("begun\nended\n");
      agent.docker("wait", "r" + round); // NotFound if it is gone already
      assertThat(agent.docker("ps", "-aq", "-f", "name=r" + round).ok().out()).isEmpty();
      agent.docker("rm", "-v", "c" + round).ok();
      assertThat(agent.docker("exec", "steady", "echo", "in").ok().line()).isEqualTo("in");
    }
    assertThat(agent.docker("ps", "-aq").ok().line().lines()).hasSize(1);
  }

  @Test
  void attachLogsAndStopGoOnWithARunOfTheEarlierLife() throws Exception {
    agent.docker("run", "-d", "-i", "--name", "cat", "bb:1", "head", "-n1").ok();
    agent.kill();
    agent.restart();
    var echoed = agent.docker("first\n".getBytes(StandardCharsets.UTF_8), "attach", "cat").ok();
    assertThat(echoed.out()).isEqualTo("first\n");
    assertThat(agent.docker("logs", "cat").ok().out()).isEqualTo("first\n");
    var script = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.05; done";
    agent.docker("run", "-d", "--name", "term", "bb:1", "sh", "-c", script).ok();
    while (agent.docker("logs", "term").out().isEmpty()) {
      Thread.onSpinWait(); // until the trap is set
    }
    agent.kill();
    agent.restart();
    agent.docker("stop", "term").ok();
    assertThat(inspect("term", ".State.ExitCode")).isEqualTo("7");
    assertThat(agent.docker("logs", "term").ok().out()).isEqualTo("up\nbye\n");
  }

  @Test
  void killedInTheMiddleOfAnythingItStartsAgainAndNothingIsHalfThere() throws Exception {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      var name = "k" + round;
      var client =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; agent.docker("run", "--rm", "-v", name + ":/d", "bb:1", "true")
                        .exit() == 0; n++) {
                      agent.docker("volume", "rm", name);
                    }
                  });
      client.join(50 + random.nextInt(600)); // the moment is what is random here
      agent.kill();
      client.join();
      agent.restart();
      agent.docker("run", "--rm", "bb:1", "true").ok();
      awaitNone();
    }
  }

  /** Containers of --rm go behind the answer. */
  private void awaitNone() {
    var left = agent.docker("ps", "-aq").ok().line();
    for (var id : left.isEmpty() ? new String[0] : left.split("\n")) {
      // Made and never started: its client died with the agent, nobody will start it.
      assertThat(inspect(id, ".State.Status")).isIn("created", "running", "exited", "removing");
      agent.docker("rm", "-f", "-v", id);
    }
  }

  @Test
  void aSecondAgentOnTheRootIsRefusedAlsoWhileTheFirstIsStopped() throws Exception {
    for (var signal : List.of("CONT", "STOP")) {
      Shell.run("kill", "-" + signal, "" + agent.pid()).ok();
      var second =
          Shell.run(
              TestAgent.command(agent.root, agent.folder.resolve("run2"), List.of()),
              new byte[0],
              Map.of());
      Shell.run("kill", "-CONT", "" + agent.pid()).ok();
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.err() + second.out()).contains("in use").contains("pid " + agent.pid());
    }
    agent.docker("run", "--rm", "bb:1", "true").ok();
    assertThat(Path.of("/proc/" + agent.pid())).exists();
  }
}
