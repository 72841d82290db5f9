package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that goes and comes back. */
class RecoveryTest {
  @TempDir Path base;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(base);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aRunningContainerRunsOnAndIsTakenOver() throws IOException {
    var streams = new Streams(false, true, false, true, true, true, 0, 0);
    String id =
        rig.detached(
            ContainerSpec.of("box", "sh", "-c", "echo one; read x; echo $x; exit 9").with(streams));
    rig.awaitLog(id, "one");
    int pid = rig.containers.require(id).pid();
    rig.restart();
    assertThat(rig.containers.require(id).pid()).isEqualTo(pid);
    assertThat(rig.exec(id, Exec.Request.of("echo", "exec")).out()).isEqualTo("exec\n");
    try (var attachment = rig.containers.attach(id, Attachment.Options.ALL)) {
      var exit = rig.containers.wait(id, WaitFor.NOT_RUNNING);
      attachment.stdin().write("two\n".getBytes(StandardCharsets.UTF_8));
      assertThat(Rig.read(attachment).out()).isEqualTo("two\n");
      assertThat(exit.join().code()).isEqualTo(9);
    }
    assertThat(rig.log(id)).isEqualTo("one\ntwo\n");
  }

  @Test
  void whatEndedMeanwhileIsTold() {
    String id = rig.detached("sh", "-c", "echo up; sleep 0.3; exit 4");
    String gone =
        rig.detached(
            ContainerSpec.of("box", "sh", "-c", "echo up; sleep 0.3").with(Lifecycle.AUTO_REMOVE));
    rig.awaitLog(id, "up");
    int pid = rig.containers.require(id).pid();
    int goner = rig.containers.require(gone).pid();
    rig.vanish();
    rig.awaitUntil(() -> !Files.exists(Path.of("/proc/" + pid)));
    rig.awaitUntil(() -> !Files.exists(Path.of("/proc/" + goner)));
    rig.comeBack();
    rig.awaitUntil(() -> rig.containers.require(id).state() instanceof State.Exited);
    assertThat(((State.Exited) rig.containers.require(id).state()).exitCode()).isEqualTo(4);
    rig.awaitUntil(() -> rig.containers.find(gone).isEmpty());
    rig.containers.finish();
    assertThat(rig.mountsOf(id)).isEmpty();
    assertThat(rig.mountsOf(gone)).isEmpty();
  }

  @Test
  void whatNoRecordNamesIsSweptAway() throws IOException {
    String id = rig.run("true").id();
    rig.vanish();
    rig.forget(id);
    Files.createDirectories(rig.run.resolve("containers").resolve(id));
    rig.comeBack();
    rig.containers.finish();
    assertThat(rig.root.resolve("containers").resolve(id)).doesNotExist();
    assertThat(rig.run.resolve("containers").resolve(id)).doesNotExist();
  }

  @Test
  void aMonitorThatIsKilledIsNoticed() {
    String id = rig.detached("sleep", "1000");
    var running = (State.Running) rig.containers.require(id).state();
    int monitor = ProcessId.of(running).parent();
    var exit = rig.containers.wait(id, WaitFor.NEXT_EXIT);
    ProcessId.of(monitor).signal(Signals.KILL);
    assertThat(exit.join().code()).isEqualTo(255);
    rig.awaitUntil(() -> !ProcessId.of(running).isAlive());
  }

  @Test
  void oneWhoseProgramWasNotLetGoIsAsIfItWasNeverStarted() throws IOException {
    String id = rig.detached("sleep", "1000");
    var process = ProcessId.of((State.Running) rig.containers.require(id).state());
    rig.vanish();
    Files.createFile(rig.run.resolve("runtime").resolve(id).resolve("exec.fifo"));
    rig.comeBack();
    assertThat(rig.containers.require(id).state()).isEqualTo(State.Created.FRESH);
    assertThat(process.isAlive()).isFalse();
    assertThat(rig.mountsOf(id)).isEmpty();
  }

  @Test
  void afterARebootARunIsOverAndWhatRemovesItselfIsGone() {
    String id = rig.detached("sleep", "1000");
    String gone =
        rig.detached(ContainerSpec.of("box", "sleep", "1000").with(Lifecycle.AUTO_REMOVE));
    rig.vanish();
    rig.kill(id);
    rig.kill(gone);
    Trees.delete(rig.run.resolve("containers"));
    rig.comeBack();
    rig.awaitUntil(() -> !rig.containers.require(id).state().isAlive());
    assertThat(((State.Exited) rig.containers.require(id).state()).exitCode()).isEqualTo(255);
    assertThat(rig.containers.find(gone)).isEmpty();
  }
}
