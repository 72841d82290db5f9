package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** What is decided by words alone: users, signals, names, errors, directories, records. */
class WordsTest {
  private static final Users.Files FILES =
      (path, limit) ->
          Optional.of(
              (path.equals("/etc/passwd")
                      ? "root:x:0:0:root:/root:/bin/sh\nann:x:1000:100::/home/ann:/bin/sh\n"
                          + "# no\nbroken\nhuge:x:99999999999:1::/:\nneg:x:-1:1::/:\n"
                      : "root:x:0:\nusers:x:100:\ncrew:x:2000:ann,bob\nsea:x:2001:ann\n")
                  .getBytes(StandardCharsets.UTF_8));

  private static Users.User user(String wanted) {
    return Users.find(wanted, List.of(), FILES);
  }

  @Test
  void usersAreFoundByNameAndNumber() {
    assertThat(user("").ids().uid()).isZero();
    assertThat(user("ann").ids().gid()).isEqualTo(100);
    assertThat(user("ann").ids().additionalGids()).containsExactly(100L, 2000L, 2001L);
    assertThat(user("ann").home()).isEqualTo("/home/ann");
    assertThat(user("1000").ids().additionalGids()).containsExactly(100L, 2000L, 2001L);
    assertThat(user("ann:crew").ids().gid()).isEqualTo(2000);
    assertThat(user("ann:crew").ids().additionalGids()).containsExactly(2000L);
    assertThat(user("4711").ids().uid()).isEqualTo(4711);
    assertThat(user("4711:12").ids().gid()).isEqualTo(12);
    assertThat(Users.find("ann", List.of("sea", "7"), FILES).ids().additionalGids())
        .containsExactly(100L, 2000L, 2001L, 7L);
    for (String wrong : List.of("huge", "neg", "broken", "ann:nogroup")) {
      assertThatThrownBy(() -> user(wrong)).hasMessageContaining("no matching entries in");
    }
    assertThatThrownBy(() -> user("99999999999")).hasMessageContaining("no matching entries");
    assertThatThrownBy(() -> user("2147483648"))
        .hasMessage("uids and gids must be in range 0-2147483647");
  }

  @Test
  void signalsHaveNamesAndNumbers() {
    assertThat(Signals.number("SIGTERM")).hasValue(15);
    assertThat(Signals.number("kill")).hasValue(9);
    assertThat(Signals.number("28")).hasValue(28);
    assertThat(Signals.number("RTMIN+3")).hasValue(37);
    assertThat(Signals.number("sigrtmax")).hasValue(64);
    for (String wrong : List.of("", "0", "65", "BAD", "SIG", "-9", "1x")) {
      assertThat(Signals.number(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  void namesAreWhatDockerTakes() {
    assertThat(Names.checked("/web_1.a-b")).isEqualTo("web_1.a-b");
    for (String wrong : List.of("a", "-ab", ".ab", "a b", "a/b", "ä1", "a".repeat(300))) {
      assertThatThrownBy(() -> Names.checked(wrong)).hasMessageStartingWith("Invalid container");
    }
    for (int i = 0; i < 100; i++) {
      assertThat(Names.checked(Names.random(i % 3))).contains("_");
    }
  }

  @Test
  void runtimesErrorsAreDockersWords() {
    String prefix =
        "failed to create task for container: failed to create shim task: OCI runtime create"
            + " failed: runc create failed: unable to start container process: ";
    assertThat(
            RuntimeErrors.ofStart(
                "executable file `nosuch` not found in $PATH: No such file or directory"))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage(prefix + "exec: \"nosuch\": executable file not found in $PATH: unknown");
    assertThat(RuntimeErrors.ofStart("open `/etc/passwd`: Permission denied"))
        .hasMessage(prefix + "exec: \"/etc/passwd\": permission denied: unknown");
    assertThat(RuntimeErrors.ofStart("something else"))
        .isInstanceOf(StowageException.Failed.class)
        .hasMessageEndingWith("create failed: something else: unknown");
  }

  @Test
  void aWorkingDirectoryIsFollowedByWords() {
    Map<String, String> links =
        Map.of("/a", "b/../c", "/c", "/d", "/p", "../proc/self", "/l", "/l", "/q", "/proc");
    assertThat(WorkingDir.check("/a/x/../y", path -> Optional.ofNullable(links.get(path))))
        .isEqualTo("/d/y");
    for (String wrong : List.of("rel", "/proc", "/proc/1", "/p/fd/8", "/l", "/x/../q/1")) {
      assertThatThrownBy(
              () -> WorkingDir.check(wrong, path -> Optional.ofNullable(links.get(path))))
          .as(wrong)
          .isInstanceOf(StowageException.InvalidArgument.class);
    }
  }

  @Test
  void environmentsAreMergedByName() {
    assertThat(SpecMerge.environment(List.of("A=1", "B=2"), List.of("B=3", "A", "C=")))
        .containsExactly("B=3", "C=");
  }

  @Test
  void versionsAreCompared() {
    assertThat(RuntimePicker.isBelow("1.1.5+ds1", 1, 1, 12)).isTrue();
    assertThat(RuntimePicker.isBelow("1.1.12", 1, 1, 12)).isFalse();
    assertThat(RuntimePicker.isBelow("1.3", 1, 2, 8)).isFalse();
    assertThat(RuntimePicker.isBelow("unknown", 1, 0, 0)).isTrue();
  }

  @Test
  void aRecordIsReadBackAsItWasWritten() {
    var at = Instant.parse("2026-01-01T00:00:00.123456789Z");
    var exited = new State.Exited(137, true, "why", at, at.plusSeconds(1));
    var running = new State.Running(7, 8, at);
    List<State> states =
        List.of(
            new State.Created(127, "no"),
            running,
            new State.Paused(running),
            exited,
            new State.Restarting(exited),
            new State.Removing(exited));
    var spec =
        ContainerSpec.of("box", "a", "b")
            .with(
                new Limits(
                    1 << 23,
                    -1,
                    0,
                    5,
                    true,
                    9,
                    1,
                    2,
                    3,
                    4,
                    "0-1",
                    "0",
                    8,
                    10,
                    List.of(new Ulimit("nofile", 1, -1))))
            .with(
                new Security(
                    true,
                    List.of("A"),
                    List.of("B"),
                    List.of("c=d"),
                    List.of(new Device("/a", "/b", "r")),
                    List.of("c 1:3 r"),
                    Map.of("x", "y"),
                    Optional.of(List.of()),
                    Optional.of(List.of("/p")),
                    new Security.Namespaces("host", "", "host", "", "private")))
            .with(
                new Lifecycle(
                    new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, 3),
                    false,
                    "TERM",
                    4,
                    true,
                    "none"))
            .withLabels(Map.of("l", "v"));
    for (State state : states) {
      var container =
          new Container(
              "ab".repeat(32),
              "name",
              spec,
              Digest.of(new byte[1]),
              List.of(Digest.of(new byte[2])),
              at,
              state,
              2,
              List.of("careful"),
              ContainerJson.files(Path.of("/x")));
      byte[] json = Json.bytes(ContainerJson.write(container, true));
      var read = JsonObject.of((Map<?, ?>) Json.parse(json, "record"), "");
      assertThat(ContainerJson.read(container.id(), read, Path.of("/x"))).isEqualTo(container);
    }
  }
}
