package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.linux.Fd;
import stowage.store.Disk;
import stowage.store.FaultyDisk;
import stowage.store.SimMachine;

/** EIO and ENOSPC at every call to the disk: a request is done or not, and the next one works. */
final class VolumesFaultTest {
  private interface Request {
    void run(Volumes volumes) throws IOException;
  }

  private static Volumes volumes(SimMachine machine, Disk disk) {
    return new Volumes(
        machine.records(), Map.of("local", new SimDriver(disk)), Events.NONE, Time.SYSTEM);
  }

  /** Runs {@code request} with each of its disk calls failing once; then {@code after} must hold. */
  private static void everyCallFails(Request before, Request request, Request after)
      throws IOException {
    for (var fault : FaultyDisk.Fault.values()) {
      for (long n = 1; ; n++) {
        var machine = new SimMachine();
        var healthy = volumes(machine, machine.disk());
        healthy.recover();
        before.run(healthy);
        var disk = FaultyDisk.failing(machine.disk(), n, fault);
        boolean failed = attempt(request, volumes(machine, disk));
        if (!disk.hasFailed()) {
          assertThat(failed).isFalse();
          break;
        }
        // The agent goes on with the disk as it is, and so does the next agent.
        if (failed) {
          request.run(healthy);
        }
        after.run(healthy);
        healthy.recover();
        after.run(healthy);
        assertThat(machine.disk().list("volumes/.trash")).isEmpty();
        for (String name : machine.disk().list("volumes")) {
          assertThat(name.equals(".trash") || healthy.find(name).isPresent()).as(name).isTrue();
        }
      }
    }
  }

  private static boolean attempt(Request request, Volumes volumes) throws IOException {
    try {
      request.run(volumes);
      return false;
    } catch (StowageException.Failed | StowageException.LimitExceeded e) {
      return true;
    }
  }

  private static List<String> files(Volumes volumes, SimMachine machine) throws IOException {
    assertThat(volumes.find("vol")).isPresent();
    return machine.disk().list("volumes/vol/_data");
  }

  @Test
  void aVolumeIsCreatedOrNot() throws IOException {
    everyCallFails(
        _ -> {},
        volumes -> volumes.create("vol", "", Map.of(), Map.of()),
        volumes -> assertThat(volumes.find("vol")).isPresent());
  }

  @Test
  void aVolumeHasAllOfItsFirstContentOrNothing() throws IOException {
    for (var fault : FaultyDisk.Fault.values()) {
      for (long n = 1; ; n++) {
        var machine = new SimMachine();
        var healthy = volumes(machine, machine.disk());
        healthy.recover();
        healthy.create("vol", "", Map.of(), Map.of());
        var disk = FaultyDisk.failing(machine.disk(), n, fault);
        attempt(
            volumes -> volumes.initialise("vol", Optional.of(Fd.CWD), Owner.ROOT),
            volumes(machine, disk));
        if (!disk.hasFailed()) {
          break;
        }
        assertThat(files(healthy, machine)).isIn(List.of(), List.of("a", "b"));
        healthy.initialise("vol", Optional.of(Fd.CWD), Owner.ROOT);
        assertThat(files(healthy, machine)).containsExactly("a", "b");
        healthy.recover();
        assertThat(files(healthy, machine)).containsExactly("a", "b");
        assertThat(machine.disk().list("volumes/vol")).containsExactly("_data");
      }
    }
  }

  @Test
  void aVolumeIsRemovedOrNot() throws IOException {
    everyCallFails(
        volumes -> {
          volumes.create("vol", "", Map.of(), Map.of());
          volumes.initialise("vol", Optional.of(Fd.CWD), Owner.ROOT);
        },
        volumes -> volumes.remove("vol", true),
        volumes -> assertThat(volumes.find("vol")).isEmpty());
  }
}
