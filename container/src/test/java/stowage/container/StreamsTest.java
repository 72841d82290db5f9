package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;

class StreamsTest {
  private static final Streams INPUT = new Streams(false, true, true, true, true, true, 0, 0);
  private static final Streams TERMINAL = new Streams(true, true, true, true, true, true, 24, 80);

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
  void inputArrivesWholeAndItsEndToo() throws IOException {
    String id = rig.containers.create(ContainerSpec.of("box", "cat").with(INPUT), "").id();
    var bytes = new byte[3_000_000];
    long seed = Long.getLong("seed", System.nanoTime());
    new Random(seed).nextBytes(bytes);
    String text = java.util.HexFormat.of().formatHex(bytes);
    try (var attachment = rig.containers.attach(id, Attachment.Options.ALL)) {
      var exit = rig.containers.wait(id, WaitFor.NEXT_EXIT);
      rig.containers.start(id);
      var reading = CompletableFuture.supplyAsync(() -> Rig.read(attachment));
      try (var stdin = attachment.stdin()) {
        stdin.write(text.getBytes(StandardCharsets.UTF_8));
      }
      assertThat(reading.join().out()).as("seed %d", seed).isEqualTo(text);
      assertThat(exit.join().code()).isZero();
    }
  }

  @Test
  void inputWrittenBeforeTheStartWaitsForIt() throws IOException {
    String id = rig.containers.create(ContainerSpec.of("box", "cat").with(INPUT), "").id();
    try (var attachment = rig.containers.attach(id, Attachment.Options.ALL)) {
      var writing =
          CompletableFuture.runAsync(
              () -> {
                try (var stdin = attachment.stdin()) {
                  stdin.write("early".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      rig.containers.start(id);
      assertThat(Rig.read(attachment).out()).isEqualTo("early");
      writing.join();
    }
  }

  @Test
  void aTerminalHasASizeAndEchoes() throws IOException {
    String id =
        rig.containers
            .create(
                ContainerSpec.of(
                        "box",
                        "sh",
                        "-c",
                        "stty size; read x; echo got $x; until stty size | grep '50 132'; do usleep"
                            + " 9000; done")
                    .with(TERMINAL),
                "")
            .id();
    try (var attachment = rig.containers.attach(id, Attachment.Options.ALL)) {
      rig.containers.start(id);
      assertThat(attachment.tty()).isTrue();
      var seen = new StringBuilder();
      while (!seen.toString().contains("24 80")) {
        seen.append(text(attachment));
      }
      rig.containers.resize(id, 50, 132);
      attachment.stdin().write("hi\n".getBytes(StandardCharsets.UTF_8));
      attachment.stdin().flush();
      String rest = Rig.read(attachment).out();
      assertThat(rest).contains("hi\r\n").contains("50 132").contains("got hi\r\n");
    }
  }

  private static String text(Attachment attachment) {
    return new String(attachment.read().orElseThrow().bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void everyClientGetsAllOutputAndMayLeave() throws IOException {
    String id =
        rig.containers
            .create(
                ContainerSpec.of("box", "sh", "-c", "read x; echo $x; read y; echo $y").with(INPUT),
                "")
            .id();
    try (var one = rig.containers.attach(id, Attachment.Options.ALL);
        var two = rig.containers.attach(id, Attachment.Options.OUTPUT)) {
      rig.containers.start(id);
      try (var three = rig.containers.attach(id, Attachment.Options.OUTPUT)) {
        one.stdin().write("first\n".getBytes(StandardCharsets.UTF_8));
        assertThat(text(three)).isEqualTo("first\n");
      }
      one.stdin().write("second\n".getBytes(StandardCharsets.UTF_8));
      assertThat(Rig.read(two).out()).isEqualTo("first\nsecond\n");
      assertThat(Rig.read(one).out()).isEqualTo("first\nsecond\n");
    }
  }

  @Test
  void aClosedClientReadsTheEnd() {
    String id = rig.detached("sleep", "1000");
    var attachment = rig.containers.attach(id, Attachment.Options.OUTPUT);
    var reading = CompletableFuture.supplyAsync(attachment::read);
    attachment.close();
    assertThat(reading.join()).isEmpty();
  }

  @Test
  void logsAreReadFollowedAndCut() {
    String id =
        rig.detached("sh", "-c", "seq 1 1000; printf part; sleep 0.1; echo ial; echo e >&2");
    try (var follow = rig.containers.logs(id, follow(-1))) {
      var text = new StringBuilder();
      for (var e = follow.next(); e.isPresent(); e = follow.next()) {
        if (e.get().stream() == Attachment.Stream.STDOUT) {
          text.append(new String(e.get().bytes(), StandardCharsets.UTF_8));
        }
      }
      assertThat(text.toString()).startsWith("1\n2\n3\n").endsWith("999\n1000\npartial\n");
    }
    assertThat(rig.log(id, 2)).isEqualTo("partial\ne\n");
    assertThat(rig.log(id, 3)).isEqualTo("1000\npartial\ne\n");
    assertThat(rig.log(id, 0)).isEmpty();
    assertThat(rig.log(id, 1002)).startsWith("1\n");
    assertThat(rig.log(id, 5000)).startsWith("1\n");
  }

  private static LogOptions follow(long tail) {
    return new LogOptions(
        true, true, true, java.util.Optional.empty(), java.util.Optional.empty(), tail);
  }

  @Test
  void anExecRunsBesideWithItsOwnStreamsAndCode() throws IOException {
    String id = rig.detached("sleep", "1000");
    var result = rig.exec(id, Exec.Request.of("sh", "-c", "echo o; echo e >&2; exit 7"));
    assertThat(result.out()).isEqualTo("o\n");
    assertThat(result.err()).isEqualTo("e\n");
    assertThat(result.code()).isEqualTo(7);
    var cat =
        new Exec.Request(
            List.of("sh", "-c", "cat; id -u; pwd; echo $A"),
            List.of("A=b"),
            "1000",
            "/tmp",
            false,
            false,
            true,
            true,
            true,
            0,
            0,
            "");
    var exec = rig.containers.createExec(id, cat);
    try (var attachment = rig.containers.startExec(exec.id(), false)) {
      try (var stdin = attachment.stdin()) {
        stdin.write("in\n".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(Rig.read(attachment).out()).isEqualTo("in\n1000\n/tmp\nb\n");
    }
  }

  @Test
  void anExecThatCannotRunIsToldOnItsOutput() {
    String id = rig.detached("sleep", "1000");
    var missing = rig.exec(id, Exec.Request.of("nosuchcmd"));
    assertThat(missing.code()).isEqualTo(127);
    assertThat(missing.out().strip())
        .isEqualTo(
            "OCI runtime exec failed: exec failed: unable to start container process: exec:"
                + " \"nosuchcmd\": executable file not found in $PATH: unknown");
    var nowhere =
        new Exec.Request(
            List.of("true"), List.of(), "", "/nope", false, false, false, true, true, 0, 0, "");
    var wrong = rig.exec(id, nowhere);
    assertThat(wrong.code()).isEqualTo(127);
    assertThat(wrong.out()).contains("chdir to cwd (\"/nope\") set in config.json failed");
    var nobody =
        new Exec.Request(
            List.of("true"), List.of(), "nouser", "", false, false, false, true, true, 0, 0, "");
    assertThatThrownBy(() -> rig.containers.createExec(id, nobody))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage("unable to find user nouser: no matching entries in passwd file");
  }

  @Test
  void anExecHasATerminalOfItsOwn() throws IOException {
    String id = rig.detached("sleep", "1000");
    var request =
        new Exec.Request(
            List.of(
                "sh",
                "-c",
                "stty size; until stty size | grep -q '31 91'; do usleep 9000; done; exit 4"),
            List.of(),
            "",
            "",
            false,
            true,
            true,
            true,
            true,
            30,
            90,
            "");
    var exec = rig.containers.createExec(id, request);
    try (var attachment = rig.containers.startExec(exec.id(), false)) {
      assertThat(text(attachment)).isEqualTo("30 90\r\n");
      rig.containers.resizeExec(exec.id(), 31, 91);
      assertThat(Rig.read(attachment).out()).isEmpty();
    }
    rig.awaitUntil(() -> rig.containers.requireExec(exec.id()).exitCode().isPresent());
    assertThat(rig.containers.requireExec(exec.id()).exitCode()).hasValue(4);
  }
}
