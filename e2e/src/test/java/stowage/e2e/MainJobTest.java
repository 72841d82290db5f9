package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job: a container whose data outlives it. */
class MainJobTest {
  private static TestAgent agent;

  @BeforeAll
  static void start() throws IOException {
    agent = TestAgent.start();
    agent.importBusybox("bb:1");
  }

  @AfterAll
  static void stop() throws IOException {
    agent.close();
  }

  @Test
  void whatAContainerWroteIsLostWithItAndTheImageStays() {
    agent.docker("run", "--name", "c1", "bb:1", "sh", "-c", "echo x > /lost").ok();
    assertThat(agent.docker("diff", "c1").ok().out()).contains("A /lost");
    agent.docker("rm", "c1").ok();
    assertThat(agent.docker("run", "--rm", "bb:1", "ls", "/lost").exit()).isEqualTo(1);
  }

  @Test
  void aVolumeOutlivesItsContainers() {
    agent.docker("volume", "create", "data").ok();
    agent.docker("run", "--rm", "-v", "data:/d", "bb:1", "sh", "-c", "echo kept > /d/f").ok();
    assertThat(agent.docker("run", "--rm", "-v", "data:/d", "bb:1", "cat", "/d/f").ok().line())
        .isEqualTo("kept");
  }

  @Test
  void aVolumeIsInitialisedFromTheImageWithItsOwnership() {
    agent
        .docker(
            "run",
            "--name",
            "seed",
            "bb:1",
            "sh",
            "-c",
            "mkdir /data && echo hello > /data/f && chown -R 1000:1000 /data")
        .ok();
    agent.docker("commit", "seed", "bb:data").ok();
    agent.docker("rm", "seed").ok();
    var run =
        agent
            .docker(
                "run",
                "--rm",
                "-u",
                "1000",
                "-v",
                "filled:/data",
                "bb:data",
                "sh",
                "-c",
                "cat /data/f; echo more > /data/g; stat -c %u:%g /data /data/f")
            .ok();
    assertThat(run.out()).isEqualTo("hello\n1000:1000\n1000:1000\n");
  }

  @Test
  void aBindMountIsChangedFromTheHost() throws IOException {
    var site = Files.createDirectory(agent.folder.resolve("site"));
    Files.writeString(site.resolve("page"), "one");
    agent
        .docker("run", "-d", "--name", "web", "-v", site + ":/site:ro", "bb:1", "sleep", "600")
        .ok();
    assertThat(agent.docker("exec", "web", "cat", "/site/page").ok().out()).isEqualTo("one");
    Files.writeString(site.resolve("page"), "two");
    assertThat(agent.docker("exec", "web", "cat", "/site/page").ok().out()).isEqualTo("two");
    assertThat(agent.docker("exec", "web", "touch", "/site/new").exit()).isEqualTo(1);
    agent.docker("rm", "-f", "web").ok();
    assertThat(site.resolve("page")).hasContent("two");
  }

  @Test
  void filesAreCopiedInAndOut() throws IOException {
    var in = Files.writeString(agent.folder.resolve("in"), "from outside");
    agent.docker("create", "--name", "cp", "bb:1", "cat", "/in").ok();
    agent.docker("cp", in.toString(), "cp:/in").ok();
    assertThat(agent.docker("start", "-a", "cp").ok().out()).isEqualTo("from outside");
    agent.docker("cp", "cp:/in", agent.folder.resolve("out").toString()).ok();
    assertThat(agent.folder.resolve("out")).hasContent("from outside");
    agent.docker("rm", "cp").ok();
  }

  @Test
  void exitCodesAreThoseTheStockCliDerives() {
    assertThat(agent.docker("run", "--rm", "bb:1", "sh", "-c", "exit 3").exit()).isEqualTo(3);
    assertThat(agent.docker("run", "--rm", "bb:1", "nosuchcmd").exit()).isEqualTo(127);
    assertThat(agent.docker("run", "--rm", "bb:1", "/etc/passwd").exit()).isEqualTo(126);
    assertThat(agent.docker("run", "--rm", "-u", "nouser", "bb:1", "true").exit()).isEqualTo(125);
  }
}
