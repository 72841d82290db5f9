package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.store.Records;
import stowage.volume.VolumeFilter;

/** A disk that is full at any moment: what was asked for is done, or nothing of it is. */
class FaultTest {
  @TempDir Path base;
  private Rig rig;
  private final FullDisk disk = new FullDisk();

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(base, disk::over);
  }

  @AfterEach
  void close() {
    disk.failAt = -1;
    rig.close();
  }

  @Test
  void aFullDiskAtAnyCommitLeavesAWholeContainerOrNone() {
    var anonymous =
        new Storage(MountRequest.NONE, List.of(Mount.Volume.anonymous("/data", "local")), false, 0);
    var spec = ContainerSpec.of("box", "sleep", "1000").with(anonymous);
    boolean failed = true;
    for (int at = 0; failed; at++) {
      disk.failAt = at;
      disk.commits.set(0);
      failed = !live(spec);
      disk.failAt = -1;
      rig.containers.finish();
      checkWhole(at);
      for (Container left : rig.containers.list()) {
        rig.containers.remove(left.id(), true, true);
      }
      rig.containers.finish();
      assertThat(rig.root.resolve("containers")).as("commit %d", at).isEmptyDirectory();
      assertThat(rig.volumes.list(VolumeFilter.ALL)).as("commit %d", at).isEmpty();
    }
  }

  /** A container's life; false if the disk was full on the way. */
  private boolean live(ContainerSpec spec) {
    try {
      String id = rig.containers.create(spec, "life").id();
      rig.containers.start(id);
      rig.containers.pause(id);
      rig.containers.unpause(id);
      rig.containers.rename(id, "lives");
      rig.containers.stop(id, "KILL", OptionalInt.of(10));
      rig.containers.remove(id, false, true);
      return true;
    } catch (StowageException.LimitExceeded full) {
      return false;
    }
  }

  private void checkWhole(int at) {
    for (Container container : rig.containers.list()) {
      boolean alive = container.state().isAlive();
      assertThat(rig.mountsOf(container.id()).isEmpty())
          .as("commit %d, %s", at, container.state())
          .isEqualTo(!alive);
      assertThat(rig.containers.find(container.name())).isPresent();
    }
    assertThat(rig.containers.list().size()).isLessThanOrEqualTo(1);
  }

  /** Records whose disk is full at one commit. */
  private static final class FullDisk {
    private final AtomicInteger commits = new AtomicInteger();
    private volatile int failAt = -1;

    Records over(Records real) {
      return new Records() {
        @Override
        public Optional<JsonObject> find(String kind, String id) {
          return real.find(kind, id);
        }

        @Override
        public Map<String, JsonObject> list(String kind) {
          return real.list(kind);
        }

        @Override
        public SortedMap<String, JsonObject> page(
            String kind, String prefix, String after, int limit) {
          return real.page(kind, prefix, after, limit);
        }

        @Override
        public <T> T transact(Decision<T> decision) {
          return real.transact(decision);
        }

        @Override
        public void commit(Change... changes) {
          var kinds = new ArrayList<String>();
          for (Change change : changes) {
            kinds.add(change.kind());
          }
          if (kinds.contains(ContainerJson.KIND) && commits.getAndIncrement() == failAt) {
            throw new StowageException.LimitExceeded("no space left on device", null);
          }
          real.commit(changes);
        }

        @Override
        public void close() {
          real.close();
        }
      };
    }
  }
}
