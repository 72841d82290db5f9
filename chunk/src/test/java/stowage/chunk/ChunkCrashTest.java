package stowage.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.store.CrashStates;
import stowage.store.Disk;
import stowage.store.FaultyDisk;
import stowage.store.SimMachine;

/** The power fails, or the disk, at every step of writing, deleting and sweeping. */
class ChunkCrashTest {
  private static final long SIZE = 4L * ChunkStore.CHUNK;
  private static final KeyRing NO_KEYS = KeyRing.open(Path.of("/nonexistent"));

  private static ChunkStore open(Disk disk) {
    // A pack is full with its second object.
    return new ChunkStore(disk, new LonelyPeers(), NO_KEYS, Time.SYSTEM, 5 << 10);
  }

  /** A few KiB that do not compress. */
  private static byte[] bytes(int seed) {
    var bytes = new byte[3000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] whole(int seed) {
    return seed == 0 ? new byte[ChunkStore.CHUNK] : Arrays.copyOf(bytes(seed), ChunkStore.CHUNK);
  }

  private static SnapshotManifest write(
      ChunkStore store, String id, Optional<String> parent, int... seeds) {
    try (var writer = store.begin(id, SIZE, parent, Optional.empty())) {
      for (int i = 0; i < seeds.length; i++) {
        if (seeds[i] > 0 && !writer.has(i)) {
          writer.put(i, ByteBuffer.wrap(bytes(seeds[i])));
        }
      }
      return writer.commit();
    }
  }

  private static void check(ChunkStore store, String id, int... seeds) {
    var manifest = store.find(id).orElseThrow();
    for (int i = 0; i < seeds.length; i++) {
      assertThat(Chunks.read(store, manifest, i)).as(id + " " + i).isEqualTo(whole(seeds[i]));
    }
  }

  private static void recover(SimMachine machine) {
    open(machine.disk()).close();
  }

  private static void write(ChunkStore store, SimMachine machine) {
    write(store, "snap-1", Optional.empty(), 1, 2, 3);
    machine.acknowledge("snap-1");
    write(store, "snap-2", Optional.of("snap-1"), 0, 4);
    machine.acknowledge("snap-2");
  }

  private static void checkWritten(SimMachine machine) {
    try (var store = open(machine.disk())) {
      for (Object id : machine.acknowledged()) {
        assertThat(store.snapshots()).contains((String) id);
      }
      if (store.snapshots().contains("snap-1")) {
        check(store, "snap-1", 1, 2, 3, 0);
      } else {
        write(store, "snap-1", Optional.empty(), 1, 2, 3);
      }
      if (!store.snapshots().contains("snap-2")) {
        write(store, "snap-2", Optional.of("snap-1"), 0, 4);
      }
      store.sweep();
      check(store, "snap-1", 1, 2, 3, 0);
      check(store, "snap-2", 1, 4, 3, 0);
    }
  }

  @Test
  void aPowerCutLosesNoCompletedSnapshotAndOthersGoOn() {
    long states =
        CrashStates.seeded(11)
            .perStep(12)
            .startingFrom(ChunkCrashTest::recover)
            .walk(
                machine -> {
                  try (var store = open(machine.disk())) {
                    write(store, machine);
                  }
                },
                ChunkCrashTest::recover,
                ChunkCrashTest::checkWritten);
    assertThat(states).isGreaterThan(300);
  }

  @Test
  void aPowerCutOfASweepLosesNothingThatIsNamed() {
    long states =
        CrashStates.seeded(12)
            .perStep(12)
            .startingFrom(
                machine -> {
                  try (var store = open(machine.disk())) {
                    write(store, machine);
                  }
                })
            .walk(
                machine -> {
                  try (var store = open(machine.disk())) {
                    store.delete("snap-1");
                    machine.acknowledge("gone");
                    assertThat(store.sweep().objects()).isEqualTo(2); // a chunk and a leaf
                  }
                },
                ChunkCrashTest::recover,
                machine -> {
                  try (var store = open(machine.disk())) {
                    assertThat(store.snapshots().contains("snap-1"))
                        .isIn(false, !machine.acknowledged().contains("gone"));
                    store.delete("snap-1");
                    store.sweep();
                    check(store, "snap-2", 1, 4, 3, 0);
                    assertThat(store.sweep()).isEqualTo(new Swept(0, 0, 0, 0));
                  }
                });
    assertThat(states).isGreaterThan(30);
  }

  @Test
  void aChunkThatWasPutAgainNeverComesBackAsItWas() {
    CrashStates.seeded(13)
        .perStep(24)
        .startingFrom(ChunkCrashTest::recover)
        .walk(
            machine -> {
              try (var store = open(machine.disk());
                  var writer = store.begin("snap-1", SIZE, Optional.empty(), Optional.empty())) {
                writer.put(0, ByteBuffer.wrap(bytes(1)));
                writer.put(1, ByteBuffer.wrap(bytes(2)));
                writer.put(0, ByteBuffer.wrap(bytes(3)));
                machine.acknowledge("again");
                writer.put(2, ByteBuffer.wrap(bytes(4)));
              }
            },
            ChunkCrashTest::recover,
            machine -> {
              try (var store = open(machine.disk())) {
                boolean isKnown;
                try (var writer = store.begin("snap-1", SIZE, Optional.empty(), Optional.empty())) {
                  isKnown = writer.has(0);
                  writer.commit();
                }
                if (isKnown && machine.acknowledged().contains("again")) {
                  check(store, "snap-1", 3);
                }
              }
            });
  }

  @Test
  void aDiskThatFailsAtAnyCallIsToldAndLosesNothing() throws IOException {
    for (var fault : FaultyDisk.Fault.values()) {
      boolean hasFailed = true;
      for (long failAt = 1; hasFailed; failAt++) {
        var machine = new SimMachine();
        recover(machine);
        var faulty = FaultyDisk.failing(machine.disk(), failAt, fault);
        boolean isTold = false;
        try (var store = open(faulty)) {
          write(store, machine);
        } catch (StowageException e) {
          isTold = true;
          switch (fault) {
            case EIO -> assertThat(e).isInstanceOf(StowageException.Failed.class);
            case ENOSPC -> assertThat(e).isInstanceOf(StowageException.LimitExceeded.class);
          }
        }
        hasFailed = faulty.hasFailed();
        assertThat(isTold || !hasFailed || machine.acknowledged().size() == 2)
            .as("%s at call %d", fault, failAt)
            .isTrue();
        checkWritten(machine);
      }
    }
  }
}
