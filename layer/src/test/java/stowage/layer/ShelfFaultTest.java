package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.store.Disk;
import stowage.store.FaultyDisk;
import stowage.store.Publish;
import stowage.store.SimMachine;

/** One call of the disk fails, whichever: the layer is here and told, or nothing of it is. */
class ShelfFaultTest {
  private static final class NoLease implements Lease {
    @Override
    public void hold(Digest diffId) {}

    @Override
    public void close() {}
  }

  private interface Protocol {
    void run(Shelf shelf);
  }

  private static void add(Shelf shelf, byte[] tar) {
    new Importer(shelf, new Locks<>(), Time.SYSTEM)
        .add(new ByteArrayInputStream(tar), Optional.empty(), new NoLease(), Progress.NONE, "");
  }

  private static int failEachCall(Protocol before, Protocol protocol) throws IOException {
    for (var fault : FaultyDisk.Fault.values()) {
      for (int call = 1; ; call++) {
        var machine = new SimMachine();
        before.run(shelf(machine, machine.disk()));
        var disk = FaultyDisk.failing(machine.disk(), call, fault);
        boolean isDone = false;
        try {
          protocol.run(shelf(machine, disk));
          isDone = true;
        } catch (StowageException told) {
          assertThat(told.getMessage()).isNotEmpty();
        }
        var restarted = shelf(machine, machine.disk());
        if (!isDone) {
          restarted.sweep();
        }
        for (var facts : restarted.list().values()) {
          assertThat(new Verify(restarted).isTarSound(facts.layer(), _ -> {})).isTrue();
        }
        int files = machine.disk().list(Names.FOLDER).size();
        assertThat(files).as("call %d %s", call, fault).isEqualTo(2 * restarted.list().size());
        if (!disk.hasFailed()) {
          assertThat(isDone).isTrue();
          if (fault == FaultyDisk.Fault.values()[FaultyDisk.Fault.values().length - 1]) {
            return call;
          }
          break;
        }
      }
    }
    throw new AssertionError("no fault");
  }

  private static Shelf shelf(SimMachine machine, Disk disk) {
    return new Shelf(disk, Publish.in(disk, "tmp"), machine.records());
  }

  @Test
  void ofAnAdd() throws IOException {
    var tar = new TestTar().file("a", "a".repeat(2000)).directory("d", 0755, 0).bytes();
    assertThat(failEachCall(shelf -> {}, shelf -> add(shelf, tar))).isGreaterThan(10);
  }

  @Test
  void ofAddingAgain() throws IOException {
    var tar = new TestTar().file("a", "a".repeat(2000)).bytes();
    assertThat(failEachCall(shelf -> add(shelf, tar), shelf -> add(shelf, tar))).isGreaterThan(10);
  }

  @Test
  void ofARemoval() throws IOException {
    var tar = new TestTar().file("a", "a".repeat(2000)).bytes();
    assertThat(
            failEachCall(
                shelf -> add(shelf, tar),
                shelf -> shelf.list().keySet().forEach(shelf::remove)))
        .isGreaterThan(3);
  }
}
