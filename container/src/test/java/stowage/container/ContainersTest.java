package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    assertThat(rig.events)
        .containsSubsequence(
            "container create", "container attach", "container start", "container die");
  }

  @Test
  void aProgramThatIsNotThereIsToldInDockersWordsAndLeavesNothing() {
    String id = rig.containers.create(ContainerSpec.of("box", "nosuchcmd"), "").id();
    assertThatThrownBy(() -> rig.containers.start(id))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage(
            "failed to create task for container: failed to create shim task: OCI runtime create"
                + " failed: runc create failed: unable to start container process: exec:"
                + " \"nosuchcmd\": executable file not found in $PATH: unknown");
    assertCreatedWith(id, 127);
    assertThat(rig.run + "/containers").satisfies(p -> assertThat(Path.of(p, id)).doesNotExist());
    assertThat(rig.mountsOf(id)).isEmpty();
  }

  @Test
  void aFileThatIsNoProgramIs126() {
    String id = rig.containers.create(ContainerSpec.of("box", "/etc/passwd"), "").id();
    assertThatThrownBy(() -> rig.containers.start(id))
        .hasMessageContaining("exec: \"/etc/passwd\": permission denied: unknown");
    assertCreatedWith(id, 126);
  }

  private void assertCreatedWith(String id, int code) {
    assertThat(rig.containers.require(id).state())
        .isInstanceOfSatisfying(
            State.Created.class, created -> assertThat(created.exitCode()).isEqualTo(code));
  }

  @Test
  void whatIsWrittenStaysWithTheContainerAndGoesWithIt() {
    String id = rig.run("sh", "-c", "echo kept > /tmp/f").id();
    assertThat(rig.containers.changes(id)).anyMatch(change -> change.path().equals("/tmp/f"));
    rig.containers.remove(id, false, false);
    assertThat(rig.containers.find(id)).isEmpty();
    assertThat(rig.run("test", "-e", "/tmp/f").code()).isEqualTo(1);
    rig.containers.finish();
    assertThat(rig.root.resolve("containers").resolve(id)).doesNotExist();
  }

  @Test
  void aContainerIsStartedAgainWithWhatItWrote() {
    String id = rig.run("sh", "-c", "echo x >> /tmp/f; wc -l < /tmp/f").id();
    assertThat(rig.start(id).out().strip()).isEqualTo("2");
  }

  @Test
  void theImageAndTheCallerSayWhoRunsWhereWithWhat() {
    var program =
        new Program(
            Optional.empty(),
            Optional.of(List.of("sh", "-c", "id; pwd; echo $FROM_IMAGE $MINE $HOME $HOSTNAME")),
            List.of("MINE=too"),
            "/work/dir",
            "ann",
            List.of());
    var result =
        rig.run(
            ContainerSpec.of("box")
                .with(program)
                .with(
                    new Network(
                        "none", "hal", "", List.of(), List.of(), List.of(), List.of(), false)));
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            "uid=1000(ann) gid=1000(ann) groups=1000(ann),2000(crew)\n/work/dir\n"
                + "yes too /home/ann hal\n");
  }

  @Test
  void aUserTheImageDoesNotKnowIsToldAtStart() {
    var program =
        new Program(
            Optional.empty(), Optional.of(List.of("true")), List.of(), "", "nouser", List.of());
    String id = rig.containers.create(ContainerSpec.of("box").with(program), "").id();
    assertThatThrownBy(() -> rig.containers.start(id))
        .hasMessage("unable to find user nouser: no matching entries in passwd file");
    assertCreatedWith(id, 128);
    assertThat(rig.mountsOf(id)).isEmpty();
  }

  @Test
  void theNetworkIsALoopbackThatIsUp() {
    var result =
        rig.run("sh", "-c", "ip addr show lo | grep inet; ls /sys/class/net; cat /etc/hosts");
    assertThat(result.out()).contains("127.0.0.1/8").contains("\nlo\n").contains("localhost");
  }

  @Test
  void aNameCanBeHadOnce() {
    rig.containers.create(ContainerSpec.of("box", "true"), "one");
    assertThatThrownBy(() -> rig.containers.create(ContainerSpec.of("box", "true"), "one"))
        .isInstanceOf(StowageException.AlreadyExists.class)
        .hasMessageStartingWith(
            "Conflict. The container name \"/one\" is already in use by container \"");
    rig.containers.rename("one", "two");
    rig.containers.create(ContainerSpec.of("box", "true"), "one");
    assertThatThrownBy(() -> rig.containers.rename("one", "one"))
        .hasMessage("Renaming a container with the same name as its current name");
    assertThatThrownBy(() -> rig.containers.create(ContainerSpec.of("box", "true"), "bad name"))
        .hasMessage(
            "Invalid container name (bad name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
  }

  @Test
  void stopSendsTheSignalAndThenKills() {
    String stubborn = rig.detached("sh", "-c", "trap '' TERM; while true; do sleep 1; done");
    String polite = rig.detached("sh", "-c", "trap 'exit 7' TERM; while true; do sleep 0.02; done");
    rig.awaitLog(rig.detached("echo", "warm"), "warm");
    assertThat(rig.containers.stop(polite, "", OptionalInt.empty())).isTrue();
    assertThat(exitCode(polite)).isIn(7, 143);
    assertThat(rig.containers.stop(stubborn, "", OptionalInt.of(0))).isTrue();
    assertThat(exitCode(stubborn)).isEqualTo(137);
    assertThat(rig.containers.stop(stubborn, "", OptionalInt.of(0))).isFalse();
  }

  private int exitCode(String id) {
    return ((State.Exited) rig.containers.require(id).state()).exitCode();
  }

  @Test
  void killSendsAnySignal() {
    String id =
        rig.detached(
            "sh", "-c", "trap 'echo usr' USR1; echo ready; while true; do sleep 0.02; done");
    rig.awaitLog(id, "ready");
    rig.containers.kill(id, "USR1");
    rig.awaitLog(id, "usr");
    rig.containers.kill(id, "");
    assertThat(exitCode(id)).isEqualTo(137);
    assertThatThrownBy(() -> rig.containers.kill(id, ""))
        .hasMessage("cannot kill container: %s: container %s is not running".formatted(id, id));
    assertThatThrownBy(() -> rig.containers.kill(id, "BAD"))
        .hasMessage("cannot kill container: %s: invalid signal: BAD".formatted(id));
  }

  @Test
  void aPausedContainerStandsStillAndCanBeKilled() {
    String id = rig.detached("sh", "-c", "while true; do echo tick; sleep 0.02; done");
    rig.awaitLog(id, "tick");
    rig.containers.pause(id);
    assertThat(rig.containers.require(id).state()).isInstanceOf(State.Paused.class);
    assertThatThrownBy(() -> rig.containers.attach(id, Attachment.Options.OUTPUT))
        .hasMessageContaining("paused");
    rig.containers.unpause(id);
    assertThatThrownBy(() -> rig.containers.unpause(id))
        .hasMessage("Container %s is not paused".formatted(id));
    rig.containers.pause(id);
    rig.containers.remove(id, true, false);
    assertThat(rig.containers.find(id)).isEmpty();
  }

  @Test
  void aRunningContainerIsRemovedByForceOnly() {
    rig.containers.create(ContainerSpec.of("box", "sleep", "1000"), "d1");
    rig.containers.start("d1");
    assertThatThrownBy(() -> rig.containers.remove("d1", false, false))
        .isInstanceOf(StowageException.WrongState.class)
        .hasMessage(
            "cannot remove container \"d1\": container is running: stop the container before"
                + " removing or force remove");
    var gone = rig.containers.wait("d1", WaitFor.REMOVED);
    rig.containers.remove("d1", true, false);
    assertThat(gone.join().code()).isEqualTo(137);
    assertThat(rig.containers.list()).isEmpty();
  }

  @Test
  void oneThatRemovesItselfIsGoneOnceItEnded() {
    String id =
        rig.containers
            .create(ContainerSpec.of("box", "sh", "-c", "exit 5").with(Lifecycle.AUTO_REMOVE), "")
            .id();
    var gone = rig.containers.wait(id, WaitFor.REMOVED);
    rig.containers.start(id);
    assertThat(gone.join().code()).isEqualTo(5);
    assertThat(rig.containers.find(id)).isEmpty();
  }

  @Test
  void aReadOnlyRootIsReadOnly() {
    var storage = new Storage(MountRequest.NONE, List.of(), true, 0);
    var result = rig.run(ContainerSpec.of("box", "sh", "-c", "touch /tmp/x").with(storage));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("Read-only file system");
  }

  @Test
  void limitsAreSet() {
    var limits =
        new Limits(
            64 << 20,
            0,
            0,
            -1,
            false,
            0,
            500_000_000,
            0,
            0,
            0,
            "",
            "",
            50,
            0,
            List.of(new Ulimit("nofile", 64, 64)));
    var id =
        rig.detached(ContainerSpec.of("box", "sh", "-c", "ulimit -n; sleep 1000").with(limits));
    rig.awaitLog(id, "64");
    var stats = rig.containers.stats(id);
    assertThat(stats.memoryLimitBytes()).isEqualTo(64 << 20);
    assertThat(stats.pidsLimit()).isEqualTo(50);
    assertThat(stats.pids()).isPositive();
    assertThat(stats.memoryBytes()).isPositive();
    var halved =
        rig.containers.update(
            id,
            l ->
                new Limits(
                    32 << 20,
                    0,
                    0,
                    -1,
                    false,
                    0,
                    l.nanoCpus(),
                    0,
                    0,
                    0,
                    "",
                    "",
                    50,
                    0,
                    l.ulimits()),
            Optional.empty());
    assertThat(halved).isNotNull();
    assertThat(rig.containers.stats(id).memoryLimitBytes()).isEqualTo(32 << 20);
  }

  @Test
  void tooMuchMemoryIsTheEndAndSaid() {
    var limits =
        new Limits(16 << 20, 16 << 20, 0, -1, false, 0, 0, 0, 0, 0, "", "", 0, 0, List.of());
    var result =
        rig.run(
            ContainerSpec.of("box", "dd", "if=/dev/zero", "of=/dev/null", "bs=64M").with(limits));
    assertThat(result.code()).isEqualTo(137);
    assertThat(rig.containers.require(result.id()).state())
        .isInstanceOfSatisfying(
            State.Exited.class, exited -> assertThat(exited.oomKilled()).isTrue());
  }

  @Test
  void topShowsItsProcesses() {
    String id = rig.detached("sleep", "4321");
    var top = rig.containers.top(id, "");
    assertThat(top.titles()).contains("PID", "CMD");
    assertThat(top.processes()).hasSize(1);
    assertThat(top.processes().getFirst().getLast()).isEqualTo("sleep 4321");
  }

  @Test
  void policiesStartAgain() {
    var onFailure =
        new Lifecycle(
            new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, 2), false, "", -1, false, "");
    String id =
        rig.containers
            .create(ContainerSpec.of("box", "sh", "-c", "echo run; exit 1").with(onFailure), "")
            .id();
    rig.containers.start(id);
    rig.awaitUntil(() -> rig.containers.require(id).state() instanceof State.Exited);
    assertThat(rig.containers.require(id).restartCount()).isEqualTo(2);
    assertThat(rig.log(id)).isEqualTo("run\nrun\nrun\n");
  }

  @Test
  void oneThatIsStoppedByHandStaysStopped() {
    var always =
        new Lifecycle(new RestartPolicy(RestartPolicy.Kind.ALWAYS, 0), false, "", -1, false, "");
    String id =
        rig.containers.create(ContainerSpec.of("box", "sleep", "1000").with(always), "").id();
    rig.containers.start(id);
    rig.containers.stop(id, "KILL", OptionalInt.of(5));
    rig.containers.finish();
    assertThat(rig.containers.require(id).state()).isInstanceOf(State.Exited.class);
  }

  @Test
  void restartIsAnEndAndABeginning() {
    String id = rig.detached("sh", "-c", "echo up; sleep 1000");
    rig.awaitLog(id, "up");
    int before = rig.containers.require(id).pid();
    rig.containers.restart(id, "", OptionalInt.of(0));
    assertThat(rig.containers.require(id).pid()).isNotEqualTo(before).isPositive();
    rig.awaitUntil(() -> rig.log(id).equals("up\nup\n"));
  }

  @Test
  void whatMakesNoSenseIsRefusedAtCreate() {
    var spec = ContainerSpec.of("box", "true");
    assertRefused(
        spec.with(new Limits(1024, 0, 0, -1, false, 0, 0, 0, 0, 0, "", "", 0, 0, List.of())),
        "Minimum memory limit allowed is 6MB");
    assertRefused(spec.with(Network.mode("bridge")), "network bridge is not supported yet");
    var security = Security.DEFAULT;
    assertRefused(
        spec.with(
            new Security(
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of("net.core.somaxconn", "1", "kernel.core_pattern", "x"),
                Optional.empty(),
                Optional.empty(),
                security.namespaces())),
        "sysctl \"kernel.core_pattern\" is not in a namespace of the container's own");
    assertRefused(
        spec.with(
            new Program(
                Optional.empty(),
                Optional.of(List.of("true")),
                List.of(),
                "/etc/passwd",
                "",
                List.of())),
        "Cannot mkdir: /etc/passwd is not a directory");
    assertRefused(
        spec.with(
            new Program(
                Optional.empty(),
                Optional.of(List.of("true")),
                List.of(),
                "/proc/self/fd/8",
                "",
                List.of())),
        "it leads into /proc");
    assertThat(rig.containers.list()).isEmpty();
  }

  private void assertRefused(ContainerSpec spec, String why) {
    assertThatThrownBy(() -> rig.containers.create(spec, ""))
        .isInstanceOf(StowageException.class)
        .hasMessageContaining(why);
  }

  @Test
  void capabilitiesAndPrivilegeAreAsAsked() throws IOException {
    String seccomp = "grep -E 'CapEff|Seccomp:|NoNewPrivs' /proc/self/status";
    assertThat(rig.run("sh", "-c", seccomp).out())
        .contains("CapEff:\t00000000a80425fb", "Seccomp:\t2");
    var dropped =
        new Security(
            false,
            List.of("NET_ADMIN"),
            List.of("ALL"),
            List.of("no-new-privileges"),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Security.Namespaces.PRIVATE);
    assertThat(rig.run(ContainerSpec.of("box", "sh", "-c", seccomp).with(dropped)).out())
        .contains("CapEff:\t0000000000001000", "NoNewPrivs:\t1");
    var privileged =
        new Security(
            true,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Security.Namespaces.PRIVATE);
    assertThat(rig.run(ContainerSpec.of("box", "sh", "-c", seccomp).with(privileged)).out())
        .contains("Seccomp:\t0");
    assertThat(Files.readString(Path.of("/proc/sys/kernel/cap_last_cap"), StandardCharsets.UTF_8))
        .isNotBlank();
  }
}
