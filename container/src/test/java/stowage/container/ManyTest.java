package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;

/** Many containers at once, and many callers of one. */
class ManyTest {
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
  void containersRunSideBySideEachWithItsOwnOutput() {
    var runs = new ArrayList<CompletableFuture<Rig.Result>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        String word = "word" + i;
        runs.add(CompletableFuture.supplyAsync(() -> rig.run("echo", word), threads));
      }
      for (int i = 0; i < runs.size(); i++) {
        assertThat(runs.get(i).join().out()).isEqualTo("word" + i + "\n");
      }
    }
    assertThat(rig.containers.list()).hasSize(16);
    var pruned = rig.containers.prune(container -> true);
    assertThat(pruned.ids()).hasSize(16);
    rig.containers.finish();
    for (Path hierarchy : Cgroups.find().mounts()) {
      for (String id : pruned.ids()) {
        assertThat(hierarchy.resolve("stowage").resolve(id)).doesNotExist();
      }
    }
    assertThat(rig.root.resolve("containers")).isEmptyDirectory();
    assertThat(rig.run.resolve("containers")).isEmptyDirectory();
    assertThat(rig.run.resolve("runtime")).isEmptyDirectory();
  }

  @Test
  void oneContainerTakesEverybodysCallsOneAfterTheOther() {
    String id = rig.containers.create(ContainerSpec.of("box", "sleep", "1000"), "busy").id();
    var calls = new ArrayList<CompletableFuture<Void>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        int n = i;
        calls.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    switch (n % 4) {
                      case 0 -> rig.containers.start(id);
                      case 1 -> rig.containers.kill(id, "");
                      case 2 -> rig.exec(id, Exec.Request.of("true"));
                      default -> rig.containers.require("busy");
                    }
                  } catch (StowageException.WrongState
                      | StowageException.NotFound
                      | StowageException.Failed e) {
                    // One that came too early or too late is told so, in one way or another.
                  }
                },
                threads));
      }
      calls.forEach(CompletableFuture::join);
    }
    rig.containers.remove(id, true, false);
    rig.containers.finish();
    assertThat(rig.mountsOf(id)).isEmpty();
    assertThat(Files.exists(rig.run.resolve("containers").resolve(id))).isFalse();
  }

  @Test
  void aSlowOneHoldsUpNobody() {
    String stubborn =
        rig.detached("sh", "-c", "trap '' TERM; echo ready; while true; do sleep 1; done");
    rig.awaitLog(stubborn, "ready");
    var stopping =
        CompletableFuture.runAsync(
            () -> rig.containers.stop(stubborn, "", java.util.OptionalInt.of(-1)),
            Thread::startVirtualThread);
    assertThat(rig.run("echo", "meanwhile").out()).isEqualTo("meanwhile\n");
    assertThat(rig.exec(stubborn, Exec.Request.of("echo", "here")).out()).isEqualTo("here\n");
    assertThat(rig.containers.list()).hasSize(2);
    assertThat(stopping).isNotDone();
    rig.containers.kill(stubborn, "KILL");
    stopping.join();
  }

  @Test
  void aClientThatReadsNothingIsNotWaitedForForEver() {
    String id = rig.containers.create(ContainerSpec.of("box", "seq", "1", "400000"), "").id();
    try (var stuck = rig.containers.attach(id, Attachment.Options.OUTPUT)) {
      var exit = rig.containers.wait(id, WaitFor.NEXT_EXIT);
      rig.containers.start(id);
      assertThat(exit.join().code()).isZero();
      assertThat(rig.log(id)).endsWith("400000\n");
      String late = Rig.read(stuck).out();
      assertThat(late).startsWith("1\n2\n").endsWith("\n400000\n").hasSize(2_688_895);
    }
  }
}
