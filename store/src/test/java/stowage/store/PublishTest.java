package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stowage.base.StowageException;

class PublishTest {
  private static final byte[] OLD = DiskContract.random(700);
  private static final byte[] NEW = DiskContract.random(1300);

  private final SimMachine machine = new SimMachine();
  private final SimDisk disk = machine.disk();
  private final Publish publish = Publish.in(disk, "tmp");

  PublishTest() throws IOException {
    publish.folder("files");
    DiskContract.write(disk, "files/old", OLD);
    disk.syncTree("");
  }

  private static void stage(Publish publish, String name) {
    try (var file = publish.file()) {
      file.write(ByteBuffer.wrap(NEW));
      file.publish(name);
    }
  }

  @Test
  void aPublishedFileIsThereAndItsTempFileIsNot() throws IOException {
    try (var file = publish.file()) {
      file.write(ByteBuffer.wrap(NEW, 0, 1000));
      file.write(ByteBuffer.wrap(NEW, 1000, 300));
      assertThat(file.size()).isEqualTo(1300);
      assertThat(file.publish("files/a")).isTrue();
    }
    assertThat(DiskContract.read(disk, "files/a")).isEqualTo(NEW);
    assertThat(disk.list("tmp")).isEmpty();
  }

  @Test
  void aNameThatIsTakenKeepsItsContent() throws IOException {
    try (var file = publish.file()) {
      file.write(ByteBuffer.wrap(NEW));
      assertThat(file.publish("files/old")).isFalse();
    }
    assertThat(DiskContract.read(disk, "files/old")).isEqualTo(OLD);
    assertThat(disk.list("tmp")).isEmpty();
  }

  @Test
  void aReplacementTakesTheName() throws IOException {
    try (var file = publish.file()) {
      file.write(ByteBuffer.wrap(NEW));
      file.replace("files/old");
    }
    assertThat(DiskContract.read(disk, "files/old")).isEqualTo(NEW);
    assertThat(disk.list("tmp")).isEmpty();
  }

  @Test
  void whatIsNotPublishedIsRemoved() throws IOException {
    try (var file = publish.file();
        var tree = publish.tree()) {
      file.write(ByteBuffer.wrap(NEW));
      disk.makeDirectory(tree.name() + "/d");
      assertThat(disk.list("tmp")).hasSize(2);
    }
    assertThat(disk.list("tmp")).isEmpty();
  }

  @Test
  void whatACrashLeftIsRemovedAtStart() throws IOException {
    var file = publish.file();
    file.write(ByteBuffer.wrap(NEW));
    disk.makeDirectory(publish.tree().name() + "/d");
    Publish.in(disk, "tmp");
    assertThat(disk.list("tmp")).isEmpty();
  }

  @Test
  void aTreeIsPublishedOnceAndDiscarded() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (var tree = publish.tree()) {
        DiskContract.write(disk, tree.name() + "/a", i == 0 ? NEW : OLD);
        assertThat(tree.publish("files/tree")).isEqualTo(i == 0);
      }
    }
    assertThat(DiskContract.read(disk, "files/tree/a")).isEqualTo(NEW);
    assertThat(publish.discardTree("files/tree")).isTrue();
    assertThat(publish.discardTree("files/tree")).isFalse();
    assertThat(publish.discard("files/old")).isTrue();
    assertThat(publish.discard("files/old")).isFalse();
    assertThat(disk.list("files")).isEmpty();
    assertThat(disk.list("tmp")).isEmpty();
  }

  /** With a call of the disk that fails, whichever it is: all or nothing, and no other damage. */
  @ParameterizedTest
  @EnumSource
  void whateverFailsNothingIsHalfDone(FaultyDisk.Fault fault) throws IOException {
    int steps = 0;
    for (boolean hasFailed = true; hasFailed; steps++) {
      var after = new SimMachine();
      var faulty = FaultyDisk.failing(after.disk(), steps + 1, fault);
      boolean isPublished = false;
      try {
        var faultyPublish = Publish.in(faulty, "tmp");
        faultyPublish.folder("files");
        try (var a = faultyPublish.file();
            var b = faultyPublish.file()) {
          a.write(ByteBuffer.wrap(NEW));
          b.write(ByteBuffer.wrap(OLD));
          faultyPublish.all(
              List.of(new Publish.Named(a, "files/a"), new Publish.Named(b, "files/b")));
        }
        isPublished = true;
      } catch (StowageException.LimitExceeded e) {
        assertThat(fault).isEqualTo(FaultyDisk.Fault.ENOSPC);
        assertThat(e).hasMessageEndingWith("no space left on device");
      } catch (StowageException.Failed e) {
        assertThat(fault).isEqualTo(FaultyDisk.Fault.EIO);
      }
      hasFailed = faulty.hasFailed();
      assertThat(isPublished).as("step %d", steps).isEqualTo(!hasFailed);
      Publish.in(after.disk(), "tmp").folder("files");
      if (isPublished) {
        assertThat(DiskContract.read(after.disk(), "files/a")).isEqualTo(NEW);
        assertThat(DiskContract.read(after.disk(), "files/b")).isEqualTo(OLD);
      } else {
        assertThat(after.disk().list("files")).as("step %d", steps).isEmpty();
      }
    }
    assertThat(steps).isGreaterThan(12);
  }

  @Test
  void afterAFailedSyncTheFileIsLostAndNeverSyncedAgain() throws IOException {
    // Calls before: makeDirectory, 2 syncs of directories, list; then create, write, sync.
    var faulty = FaultyDisk.failing(disk, 6, FaultyDisk.Fault.EIO);
    var faultyPublish = Publish.in(faulty, "tmp");
    try (var file = faultyPublish.file()) {
      file.write(ByteBuffer.wrap(NEW));
      assertThatThrownBy(file::sync).isInstanceOf(StowageException.Failed.class);
      assertThatThrownBy(() -> file.publish("files/a")).isInstanceOf(AssertionError.class);
      assertThat(disk.list("tmp")).isEmpty();
    }
  }

  @Test
  void noCrashLosesOrTearsAPublishedFile() {
    long states =
        CrashStates.seeded(1)
            .breakingRecovery(4)
            .walk(
                machine -> {
                  var crashing = Publish.in(machine.disk(), "tmp");
                  crashing.folder("a/files");
                  for (String name : List.of("x", "y")) {
                    stage(crashing, "a/files/" + name);
                    machine.acknowledge(name);
                  }
                  stage(crashing, "a/files/x"); // is there: syncs the directory all the same
                },
                machine -> Publish.in(machine.disk(), "tmp"),
                machine -> {
                  var after = machine.disk();
                  assertThat(after.list("tmp")).isEmpty();
                  var there =
                      after.size("a/files").isPresent() ? after.list("a/files") : List.<String>of();
                  assertThat(there.containsAll(machine.acknowledged())).isTrue();
                  for (String name : there) {
                    assertThat(DiskContract.read(after, "a/files/" + name)).isEqualTo(NEW);
                  }
                });
    assertThat(states).isGreaterThan(200);
  }

  /** A staged tree, as volumes are made of: whole or absent; removed: whole or gone. */
  @Test
  void noCrashLeavesHalfATree() {
    long states =
        CrashStates.seeded(2)
            .perStep(2000)
            .breakingRecovery(2)
            .walk(
                machine -> {
                  var crashing = Publish.in(machine.disk(), "tmp");
                  crashing.folder("trees");
                  try (var tree = crashing.tree()) {
                    for (String name : List.of("/a", "/d/b", "/d/c")) {
                      machine.disk().makeDirectory(Publish.parent(tree.name() + name));
                      try (var file = machine.disk().create(tree.name() + name)) {
                        file.write(ByteBuffer.wrap(NEW));
                      }
                    }
                    tree.publish("trees/t");
                  }
                  machine.acknowledge("published");
                  crashing.discardTree("trees/t");
                  machine.acknowledge("discarded");
                },
                machine -> Publish.in(machine.disk(), "tmp"),
                machine -> {
                  var after = machine.disk();
                  assertThat(after.list("tmp")).isEmpty();
                  int told = machine.acknowledged().size();
                  boolean isThere = after.size("trees/t").isPresent();
                  assertThat(told == 2 && isThere).as("discarded and there").isFalse();
                  if (isThere) {
                    for (String name : List.of("/a", "/d/b", "/d/c")) {
                      assertThat(DiskContract.read(after, "trees/t" + name)).isEqualTo(NEW);
                    }
                  }
                });
    assertThat(states).isGreaterThan(1000);
  }
}
