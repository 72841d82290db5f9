package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;

class ContainersTest {
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
  void aContainerRunsAndItsOutputAndExitCodeArrive() {
    var result = rig.run("sh", "-c", "echo out; echo err >&2; exit 3");
    assertThat(result.out()).isEqualTo("out\n");
    assertThat(result.err()).isEqualTo("err\n");
    assertThat(result.code()).isEqualTo(3);
    var state = rig.containers.require(result.id()).state();
    assertThat(state).isInstanceOf(State.Exited.class);
    assertThat(((State.Exited) state).exitCode()).isEqualTo(3);
  }

  @Test
  void aProgramThatIsNotThereIsToldInDockersWords() {
    String id = rig.containers.create(ContainerSpec.of("box", "nosuchcmd"), "").id();
    assertThatThrownBy(() -> rig.containers.start(id))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage(
            "failed to create task for container: failed to create shim task: OCI runtime create"
                + " failed: runc create failed: unable to start container process: exec:"
                + " \"nosuchcmd\": executable file not found in $PATH: unknown");
    assertThat(rig.containers.require(id).state())
        .isInstanceOfSatisfying(
            State.Created.class, created -> assertThat(created.exitCode()).isEqualTo(127));
  }

  @Test
  void whatIsWrittenStaysWithTheContainerAndGoesWithIt() {
    String id = rig.run("sh", "-c", "echo kept > /tmp/f").id();
    assertThat(rig.containers.changes(id)).anyMatch(change -> change.path().equals("/tmp/f"));
    rig.containers.remove(id, false, false);
    assertThat(rig.containers.find(id)).isEmpty();
    assertThat(rig.run("test", "-e", "/tmp/f").code()).isEqualTo(1);
  }
}
