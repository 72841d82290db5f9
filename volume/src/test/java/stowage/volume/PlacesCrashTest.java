package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Events;
import stowage.base.Time;
import stowage.linux.Fd;
import stowage.store.CrashStates;
import stowage.store.Disk;
import stowage.store.DiskFile;
import stowage.store.SimMachine;

/** "Durable before visible": every state a power cut can leave of create, initialise and remove. */
final class PlacesCrashTest {
  private static final long SEED = Long.getLong("seed", 7L);
  private static final byte[] CONTENT = SimDriver.CONTENT;

  private static Volumes volumes(SimMachine machine) {
    return new Volumes(
        machine.records(), Map.of("local", new SimDriver(machine.disk())), Events.NONE, Time.SYSTEM);
  }

  private static void write(Disk disk, String name) throws IOException {
    try (DiskFile file = disk.create(name)) {
      file.write(ByteBuffer.wrap(CONTENT));
      file.sync();
    }
    disk.syncDirectory(name.substring(0, name.lastIndexOf('/')));
  }

  /** Create, initialise, use, remove, and make it again under the same name. */
  private static void protocol(SimMachine machine) throws IOException {
    var volumes = volumes(machine);
    volumes.recover();
    volumes.create("vol", "", Map.of(), Map.of());
    machine.acknowledge("created");
    volumes.initialise("vol", Optional.of(Fd.CWD), Owner.ROOT);
    machine.acknowledge("initialised");
    write(machine.disk(), "volumes/vol/_data/mine");
    machine.acknowledge("written");
    volumes.remove("vol", false);
    machine.acknowledge("removed");
    volumes.create("vol", "", Map.of(), Map.of());
    machine.acknowledge("again");
  }

  private static void check(SimMachine machine) throws IOException {
    var disk = machine.disk();
    var told = machine.acknowledged();
    var volume = volumes(machine).find("vol");
    if (told.contains("again") || told.contains("created") && !told.contains("written")) {
      assertThat(volume).as("an acknowledged volume is there").isPresent();
    }
    assertThat(disk.list("volumes")).as("nothing is left lying about")
        .containsExactlyInAnyOrderElementsOf(
            volume.isPresent() ? List.of(".trash", "vol") : List.of(".trash"));
    assertThat(disk.list("volumes/.trash")).isEmpty();
    if (volume.isEmpty()) {
      assertThat(told.isEmpty() || told.contains("written"))
          .as("only what was being removed is gone")
          .isTrue();
      return;
    }
    assertThat(disk.list("volumes/vol")).containsExactly("_data");
    var files = disk.list("volumes/vol/_data");
    if (told.contains("removed")) {
      assertThat(files).as("a volume made again is a new one").isEmpty();
    } else if (told.contains("written")) {
      assertThat(files).as("what was written stays").containsExactly("a", "b", "mine");
    } else if (told.contains("initialised")) {
      assertThat(files).contains("a", "b");
    } else {
      assertThat(files.isEmpty() || files.equals(List.of("a", "b"))).as("all or nothing").isTrue();
    }
    for (String file : List.of("a", "b")) {
      if (files.contains(file)) {
        var bytes = ByteBuffer.allocate(CONTENT.length);
        try (var open = disk.open("volumes/vol/_data/" + file)) {
          assertThat(open.size()).as("whole content").isEqualTo(CONTENT.length);
          open.read(bytes, 0);
        }
        assertThat(bytes.array()).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void noPowerCutLosesAVolumeOrLeavesHalfOfOne() {
    long states =
        CrashStates.seeded(SEED)
            .breakingRecovery(8)
            .walk(
                PlacesCrashTest::protocol,
                machine -> volumes(machine).recover(),
                PlacesCrashTest::check);
    assertThat(states).isGreaterThan(500);
  }
}
