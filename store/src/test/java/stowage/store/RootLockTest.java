package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;

class RootLockTest {
  @TempDir Path root;

  @Test
  void aSecondAgentIsRefusedAndToldWhoHasTheRoot() throws IOException {
    try (var first = RootLock.take(root)) {
      assertThatThrownBy(() -> RootLock.take(root))
          .isInstanceOf(StowageException.InUse.class)
          .hasMessage(
              root + " is in use by another agent (pid " + ProcessHandle.current().pid() + ")");
      assertThat(Files.readString(root.resolve("lock")))
          .contains(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")));
      assertThat(first).isNotNull();
    }
    RootLock.take(root).close();
  }

  @Test
  void aKilledHolderHasItNoMore() throws IOException, InterruptedException {
    var holder = new Child(RootLockTest.class, root.toString()).start();
    try {
      assertThat(holder.line()).isEqualTo("taken");
      assertThatThrownBy(() -> RootLock.take(root))
          .isInstanceOf(StowageException.InUse.class)
          .hasMessageContaining("(pid " + holder.pid() + ")");
    } finally {
      holder.kill();
    }
    RootLock.take(root).close();
  }

  /** The child: takes the lock and keeps it. */
  public static void main(String[] args) throws InterruptedException {
    try (var lock = RootLock.take(Path.of(args[0]))) {
      Child.say("taken");
      Thread.currentThread().join();
      throw new AssertionError(lock);
    }
  }

  @Test
  void aRootThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> RootLock.take(root.resolve("nowhere")))
        .isInstanceOf(StowageException.Failed.class);
  }
}
