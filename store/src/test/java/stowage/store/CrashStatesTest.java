package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The walk must find every way of getting it wrong, and nothing in the right way. */
class CrashStatesTest {
  private static final byte[] CONTENT = new byte[1300];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  /** A protocol that publishes files and names them in records, with steps that can be left out. */
  private record Steps(
      boolean fileSynced, boolean directorySynced, boolean committedLast, boolean unnamedFirst) {
    static final Steps RIGHT = new Steps(true, true, true, true);

    void publish(SimMachine machine, String id) throws IOException {
      var disk = machine.disk();
      if (!committedLast) {
        commit(machine, id);
      }
      try (var file = disk.create("tmp/" + id)) {
        file.write(ByteBuffer.wrap(CONTENT));
        if (fileSynced) {
          file.sync();
        }
      }
      disk.rename("tmp/" + id, "files/" + id);
      if (directorySynced) {
        disk.syncDirectory("files");
      }
      if (committedLast) {
        commit(machine, id);
      }
      machine.acknowledge(id);
    }

    void remove(SimMachine machine, String id) throws IOException {
      if (unnamedFirst) {
        machine.records().commit(new Records.Change.Delete("file", id));
      }
      machine.disk().remove("files/" + id);
      machine.disk().syncDirectory("files");
      if (!unnamedFirst) {
        machine.records().commit(new Records.Change.Delete("file", id));
      }
    }

    private static void commit(SimMachine machine, String id) {
      machine.records().commit(new Records.Change.Put("file", id, Map.of("size", 1300)));
    }
  }

  private static void start(SimMachine machine) throws IOException {
    machine.disk().makeDirectory("tmp");
    machine.disk().makeDirectory("files");
  }

  private static void recover(SimMachine machine) throws IOException {
    var disk = machine.disk();
    for (String left : disk.list("tmp")) {
      disk.remove("tmp/" + left);
    }
    var named = machine.records().list("file").keySet();
    for (String file : disk.list("files")) {
      if (!named.contains(file)) {
        disk.remove("files/" + file);
      }
    }
    disk.syncDirectory("files");
  }

  /** What is acknowledged is named, what is named is there and whole, and nothing else is. */
  private static void check(SimMachine machine) throws IOException {
    var named = machine.records().list("file").keySet();
    assertThat(machine.disk().list("tmp")).isEmpty();
    assertThat(machine.disk().list("files")).containsExactlyElementsOf(named);
    for (String id : named) {
      assertThat(bytes(machine.disk(), "files/" + id)).as(id).isEqualTo(CONTENT);
    }
  }

  private static void checkAcknowledged(SimMachine machine) throws IOException {
    check(machine);
    var named = machine.records().list("file").keySet();
    for (Object id : machine.acknowledged()) {
      assertThat(named.contains(id)).as("acknowledged " + id).isTrue();
    }
  }

  static byte[] bytes(Disk disk, String name) throws IOException {
    try (var file = disk.open(name)) {
      var bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      return bytes.array();
    }
  }

  private static long walkPublish(Steps steps) {
    return CrashStates.seeded(7)
        .startingFrom(CrashStatesTest::start)
        .breakingRecovery(8)
        .walk(
            machine -> {
              steps.publish(machine, "a");
              steps.publish(machine, "b");
            },
            CrashStatesTest::recover,
            CrashStatesTest::checkAcknowledged);
  }

  private static long walkRemove(Steps steps) {
    return CrashStates.seeded(7)
        .startingFrom(
            machine -> {
              start(machine);
              Steps.RIGHT.publish(machine, "a");
            })
        .walk(
            machine -> steps.remove(machine, "a"),
            CrashStatesTest::recover,
            CrashStatesTest::check);
  }

  @Test
  void theRightProtocolLosesNothing() {
    assertThat(walkPublish(Steps.RIGHT)).isGreaterThan(100);
    assertThat(walkRemove(Steps.RIGHT)).isGreaterThan(4);
  }

  @Test
  void aFileThatIsNotSyncedIsFoundOut() {
    assertThatThrownBy(() -> walkPublish(new Steps(false, true, true, true)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 7");
  }

  @Test
  void aDirectoryThatIsNotSyncedIsFoundOut() {
    assertThatThrownBy(() -> walkPublish(new Steps(true, false, true, true)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aRecordThatIsCommittedBeforeItsFileIsFoundOut() {
    assertThatThrownBy(() -> walkPublish(new Steps(true, true, false, true)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aFileThatIsRemovedBeforeItsRecordIsFoundOut() {
    assertThatThrownBy(() -> walkRemove(new Steps(true, true, true, false)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void anAnswerBeforeTheCommitIsFoundOut() {
    assertThatThrownBy(
            () ->
                CrashStates.seeded(7)
                    .startingFrom(CrashStatesTest::start)
                    .walk(
                        machine -> {
                          machine.acknowledge("a");
                          Steps.RIGHT.publish(machine, "a");
                        },
                        CrashStatesTest::recover,
                        CrashStatesTest::checkAcknowledged))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("acknowledged a");
  }

  /** What a crash may leave of one file that was written, not synced, and renamed. */
  @Test
  void everyStateOfARenameIsSeen() {
    var seen = new HashSet<List<String>>();
    CrashStates.seeded(7)
        .startingFrom(CrashStatesTest::start)
        .walk(
            machine -> {
              machine.disk().create("tmp/a").close();
              machine.disk().rename("tmp/a", "files/a");
              machine.disk().syncDirectory("files");
            },
            machine -> {},
            machine -> {
              var all = new ArrayList<>(machine.disk().list("tmp"));
              all.addAll(machine.disk().list("files").stream().map(f -> "files/" + f).toList());
              seen.add(all);
            });
    assertThat(seen)
        .containsExactlyInAnyOrder(
            List.of(), List.of("a"), List.of("files/a"), List.of("a", "files/a"));
  }

  @Test
  void everyFateOfBytesIsSeen() {
    var seen = new HashSet<String>();
    byte[] old = "old-".getBytes(StandardCharsets.US_ASCII);
    var more = new byte[5000];
    java.util.Arrays.fill(more, (byte) 'x');
    CrashStates.seeded(7)
        .walk(
            machine -> {
              var file = machine.disk().create("a");
              machine.disk().syncDirectory("");
              file.write(ByteBuffer.wrap(old));
              file.sync();
              machine.acknowledge("old");
              file.write(ByteBuffer.wrap(more));
              file.sync();
              machine.acknowledge("all");
            },
            machine -> {},
            machine -> {
              if (!machine.acknowledged().isEmpty()) {
                byte[] bytes = bytes(machine.disk(), "a");
                assertThat(bytes).startsWith(old);
                seen.add(
                    bytes.length
                        + (bytes.length > 600 ? ":" + bytes[old.length] + ":" + bytes[600] : ""));
                assertThat(machine.acknowledged().size() < 2 || bytes[600] == 'x').isTrue();
              }
            });
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "4", "5004:120:120", "5004:0:0", "4608:120:120", "4096:120:120", "5004:0:120");
  }
}
