package stowage.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import stowage.base.Time;
import stowage.block.VolumeSpec.Origin;
import stowage.store.CrashStates;
import stowage.store.SimMachine;

/**
 * The power fails at every step of all that is done with volumes and snapshots. What is there after
 * it is what was there before the call that was under way, or after it, with every byte; and when
 * all of that is deleted nothing is left.
 */
class PoolCrashTest {
  private static final int SIZE = 3 * CowDevice.BLOCK;
  private static final String HOST = "i-1";
  private static final List<String> VOLUMES = List.of("vol-1", "vol-2", "vol-3");
  private static final List<String> SNAPSHOTS = List.of("snap-1", "snap-2", "snap-3");

  private final long seed = Long.getLong("seed", 5);
  private final Random random = new Random(seed);
  private long epoch;
  private MemoryRegion region;
  private SimRandomDisk disk;

  /** What there is: volumes and snapshots by id, with their bytes. */
  private record State(Map<String, byte[]> all) {
    State with(String id, byte[] bytes) {
      var next = new TreeMap<>(all);
      next.put(id, bytes);
      return new State(next);
    }

    State without(String id) {
      var next = new TreeMap<>(all);
      next.remove(id);
      return new State(next);
    }

    byte[] of(String id) {
      return all.get(id);
    }

    @Override
    public String toString() {
      var text = new StringBuilder();
      all.forEach(
          (id, b) -> text.append("%s: %d %x; ".formatted(id, b.length, Arrays.hashCode(b))));
      return text.toString();
    }
  }

  private interface Call {
    void run(Pool pool) throws IOException;
  }

  private record Step(Call call, State after) {}

  private Pool open(SimRandomDisk on, MemoryRegion region) throws IOException {
    return new Pool(on, region, Time.SYSTEM, random::nextLong, () -> {});
  }

  private Session session(Pool pool, String volume) throws IOException {
    if (pool.admissions(volume).isEmpty()) {
      pool.admit(new Attach(volume, HOST, ++epoch, false, false, "", "none"));
    }
    return pool.open(volume, HOST, pool.admissions(volume).getFirst().epoch());
  }

  private static Call create(String id, Origin origin) {
    var spec =
        new VolumeSpec(id, SIZE, Optional.ofNullable(origin), Optional.empty(), Limits.NONE, 0);
    return pool -> pool.create(spec);
  }

  private void delete(Pool pool, String id) {
    if (pool.volumes().contains(id)) {
      pool.detach(id, HOST, epoch, true);
    }
    pool.delete(id); // of one that is not there too: what its making had pinned
  }

  /** A sector, so that a crash leaves the old or the new one. */
  private Step write(State before, String id, int offset) {
    var sector = new byte[BlockDevice.SECTOR];
    random.nextBytes(sector);
    byte[] bytes = before.of(id).clone();
    System.arraycopy(sector, 0, bytes, offset, sector.length);
    return new Step(
        pool -> {
          var session = session(pool, id);
          session.write(offset, ByteBuffer.wrap(sector));
          session.flush();
        },
        before.with(id, bytes));
  }

  private List<Step> steps(byte[] old) {
    var steps = new ArrayList<Step>();
    var s = new State(Map.of()).with("vol-1", new byte[SIZE]);
    steps.add(new Step(create("vol-1", null), s));
    steps.add(write(s, "vol-1", 512));
    s = steps.getLast().after;
    s = s.with("snap-1", s.of("vol-1"));
    steps.add(new Step(pool -> pool.snapshot(List.of(new SnapshotSpec("snap-1", "vol-1"))), s));
    steps.add(write(s, "vol-1", 4096));
    s = steps.getLast().after;
    s = s.with("vol-2", s.of("vol-1"));
    steps.add(new Step(create("vol-2", new Origin.OfVolume("vol-1")), s));
    steps.add(write(s, "vol-2", 1024));
    s = steps.getLast().after;
    s = s.with("vol-1", Arrays.copyOf(s.of("vol-1"), 2 * SIZE));
    steps.add(new Step(pool -> pool.resize("vol-1", 2 * SIZE), s));
    steps.add(write(s, "vol-1", 2 * SIZE - 512));
    s = steps.getLast().after;
    s = s.with("snap-2", s.of("vol-1")).with("snap-3", s.of("vol-2"));
    var both = List.of(new SnapshotSpec("snap-2", "vol-1"), new SnapshotSpec("snap-3", "vol-2"));
    steps.add(new Step(pool -> pool.snapshot(both), s));
    steps.add(new Step(Pool::work, s));
    s = s.with("vol-3", old);
    steps.add(new Step(create("vol-3", new Origin.OfSnapshot("snap-0")), s));
    steps.add(write(s, "vol-3", 0));
    s = steps.getLast().after.without("vol-1");
    steps.add(new Step(pool -> delete(pool, "vol-1"), s));
    s = s.without("snap-1");
    steps.add(new Step(pool -> pool.forget("snap-1"), s));
    s = s.without("snap-2");
    steps.add(new Step(pool -> pool.forget("snap-2"), s)); // before it was copied
    s = s.without("vol-3");
    steps.add(new Step(pool -> delete(pool, "vol-3"), s));
    return steps;
  }

  private static MemoryRegion copy(MemoryRegion of) {
    var copy = new MemoryRegion();
    copy.snapshots.putAll(of.snapshots);
    copy.pins.putAll(of.pins);
    return copy;
  }

  private State found(Pool pool, MemoryRegion region) throws IOException {
    while (pool.work()) {}
    var state = new State(Map.of());
    for (String id : pool.volumes()) {
      state = state.with(id, BlockDeviceContract.bytes(session(pool, id)));
    }
    for (String id : SNAPSHOTS) {
      try {
        assertThat(pool.snapshotFacts(id)).isInstanceOf(SnapshotFacts.Completed.class);
        state = state.with(id, region.snapshots.get(id));
      } catch (stowage.base.StowageException.NotFound none) {
        assertThat(none).hasMessageContaining(id);
      }
    }
    return state;
  }

  private void check(SimMachine machine, List<Step> steps) throws IOException {
    var after = disk.crashed(machine.disk(), random);
    var its = copy(region);
    int done = machine.acknowledged().size();
    var old = done == 0 ? new State(Map.of()) : steps.get(done - 1).after;
    var legal = new ArrayList<>(List.of(old.toString()));
    if (done < steps.size()) {
      legal.add(steps.get(done).after.toString());
    }
    String was;
    try (var pool = open(after, its)) {
      was = found(pool, its).toString();
      assertThat(was).as("after call " + done).isIn(legal);
    }
    try (var pool = open(after, its)) {
      assertThat(found(pool, its)).as("opened again").hasToString(was);
      VOLUMES.forEach(id -> delete(pool, id));
      SNAPSHOTS.forEach(pool::forget);
    }
    for (String folder : List.of("volumes", "snapshots", "layers", "tmp")) {
      assertThat(after.list(folder)).as("left in " + folder).isEmpty();
    }
    assertThat(its.pins).isEmpty();
  }

  @Test
  void aPowerCutLeavesWhatWasBeforeTheCallOrAfterItAndNothingElse() {
    var old = new byte[SIZE];
    random.nextBytes(old);
    region = new MemoryRegion();
    region.snapshots.put("snap-0", old);
    var steps = steps(old);
    long states =
        CrashStates.seeded(seed)
            .perStep(6)
            .startingFrom(
                machine -> {
                  machine.disk().makeDirectory(SimRandomDisk.STEPS);
                  disk = new SimRandomDisk(machine.disk());
                })
            .walk(
                machine -> {
                  disk = new SimRandomDisk(machine.disk());
                  try (var pool = open(disk, region)) {
                    for (Step step : steps) {
                      step.call.run(pool);
                      machine.acknowledge(step.after.toString());
                    }
                  }
                },
                machine -> {},
                machine -> check(machine, steps));
    assertThat(states).as("seed " + seed).isGreaterThan(500);
  }
}
