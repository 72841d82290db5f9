package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessesTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  /** A number no process has: above the kernel's largest. */
  private static final int NOBODY = (1 << 22) + 1;

  @Test
  void aChildIsSignalledAndWaitedFor() throws Exception {
    int child = Namespaces.cloneSleeper();
    try (var pidfd = Processes.pidfdOpen(child)) {
      assertThat(Processes.waitpid(child, Processes.WNOHANG | Processes.WALL)).isEmpty();
      assertThat(Poll.poll(pidfd, Poll.POLLIN, 0)).isZero();
      Processes.kill(child, 0);
      Processes.pidfdSendSignal(pidfd, Processes.SIGKILL);
      assertThat(Poll.poll(pidfd, Poll.POLLIN, Poll.FOREVER)).isEqualTo(Poll.POLLIN);
      var exit = Processes.waitpid(child, Processes.WALL).orElseThrow();
      assertThat(exit.pid()).isEqualTo(child);
      assertThat(exit.bySignal()).isTrue();
      assertThat(exit.code()).isEqualTo(137);
      Scratch.fails(
          Errno.ESRCH,
          "pidfd_send_signal",
          () -> Processes.pidfdSendSignal(pidfd, Processes.SIGKILL));
    }
    Scratch.fails(Errno.ECHILD, "waitpid", () -> Processes.waitpid(child, Processes.WALL));
  }

  @Test
  void exitStatusesAreRead() {
    assertThat(new Processes.Exit(1, 3 << 8).code()).isEqualTo(3);
    assertThat(new Processes.Exit(1, 3 << 8).bySignal()).isFalse();
    assertThat(new Processes.Exit(1, 15).code()).isEqualTo(143);
    assertThat(new Processes.Exit(1, 0x80 | 11).code()).as("core dumped").isEqualTo(139);
  }

  @Test
  void processesThatAreNotThereAreToldSo() {
    Scratch.fails(Errno.ESRCH, "kill", () -> Processes.kill(NOBODY, 0));
    Scratch.fails(Errno.ESRCH, "pidfd_open", () -> Processes.pidfdOpen(NOBODY));
    Scratch.fails(Errno.EINVAL, "kill", () -> Processes.kill(SELF, 999));
  }

  @Test
  void limitsAreThoseOfTheProcess() throws Exception {
    var limit = Processes.getrlimit(Processes.RLIMIT_NOFILE);
    assertThat(Files.readString(Path.of("/proc/self/limits")))
        .containsPattern("Max open files +%d +%d ".formatted(limit.soft(), limit.hard()));
    Scratch.fails(Errno.EINVAL, "getrlimit64", () -> Processes.getrlimit(99));
    assertThat(Processes.geteuid()).as("these tests need root").isZero();
    int mask = Processes.umask(027);
    assertThat(Processes.umask(mask)).isEqualTo(027);
  }

  @Test
  void becomingASubreaperSucceeds() throws Exception {
    Processes.becomeSubreaper();
  }

  @Test
  void namespacesForIdmapsAreMadeManyTimesAndLeaveNoChild() throws Exception {
    var map = List.of(new Namespaces.IdMap(0, 100_000, 65_536));
    for (int i = 0; i < 20; i++) {
      try (var users = Namespaces.idmap(map, map)) {
        assertThat(Files.readSymbolicLink(Path.of(users.procPath())).toString())
            .startsWith("user:[");
      }
    }
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void mapsThatOverlapAreRefused() {
    var map = List.of(new Namespaces.IdMap(0, 5, 10), new Namespaces.IdMap(3, 50, 1));
    Scratch.fails(Errno.EINVAL, "write", () -> Namespaces.idmap(map, map));
    assertThat(ProcessHandle.current().children()).isEmpty();
    assertThatThrownBy(() -> new Namespaces.IdMap(-1, 0, 1)).isInstanceOf(AssertionError.class);
  }

  @Test
  void namespacesRefuseWhatTheyAreNot() throws Exception {
    try (var root = Open.open("/", Open.O_RDONLY)) {
      Scratch.fails(
          Errno.EINVAL, "setns", () -> Namespaces.setns(root, Namespaces.CLONE_NEWNS));
      Scratch.fails(
          Errno.EINVAL, "setns", () -> Namespaces.inMountNamespace(root, () -> "never"));
    }
    Scratch.fails(Errno.EINVAL, "unshare", () -> Namespaces.unshare(Namespaces.CLONE_NEWUSER));
  }
}
