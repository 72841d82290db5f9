package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.Time;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;
import stowage.store.CrashStates;
import stowage.store.Publish;
import stowage.store.SimMachine;

/** "Durable before visible": every state a power cut can leave of add, remove, heal and settle. */
class ShelfCrashTest {
  /** What a client was told: the layer is here, or it is gone. */
  private record Told(Digest diffId, boolean isHere) {}

  private static byte[] tar(Random random, int files) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarWriter(bytes)) {
      for (int i = 0; i < files; i++) {
        var data = new byte[random.nextInt(3000)];
        random.nextBytes(data);
        var entry =
            new TarEntry(
                "file" + i,
                TarEntry.Type.FILE,
                0644,
                0,
                0,
                data.length,
                0,
                data.length,
                i,
                0,
                "",
                Map.of(),
                0,
                0,
                List.of());
        tar.add(entry, new ByteArrayInputStream(data));
      }
    }
    return bytes.toByteArray();
  }

  private static final class NoLease implements Lease {
    @Override
    public void hold(Digest diffId) {}

    @Override
    public void close() {}
  }

  private static Shelf shelf(SimMachine machine) {
    var disk = machine.disk();
    return new Shelf(disk, Publish.in(disk, "tmp"), machine.records());
  }

  private static Digest add(SimMachine machine, byte[] tar) {
    var layer =
        new Importer(shelf(machine), new Locks<>(), Time.SYSTEM)
            .add(new ByteArrayInputStream(tar), Optional.empty(), new NoLease(), Progress.NONE, "")
            .layer();
    machine.acknowledge(new Told(layer.diffId(), true));
    return layer.diffId();
  }

  private static void recover(SimMachine machine) {
    shelf(machine).sweep();
  }

  /** Whatever is told is so; whatever a record names is there and right; nothing else is there. */
  private static void check(SimMachine machine) throws IOException {
    var shelf = shelf(machine);
    for (var told : machine.acknowledged()) {
      var last = (Told) told;
      boolean isLast =
          machine.acknowledged().stream()
              .map(Told.class::cast)
              .filter(other -> other.diffId.equals(last.diffId))
              .reduce((a, b) -> b)
              .orElseThrow()
              .equals(last);
      if (isLast && last.isHere) {
        assertThat(shelf.find(last.diffId)).as("%s was acknowledged", last).isPresent();
      }
    }
    var files = new TreeSet<String>();
    for (var facts : shelf.list().values()) {
      var layer = facts.layer();
      files.add(Names.tar(layer.diffId()));
      files.add(Names.index(layer.diffId()));
      assertThat(new Verify(shelf).isTarSound(layer, _ -> {})).as("tar of %s", layer).isTrue();
      try (var tar = shelf.open(Names.tar(layer.diffId()))) {
        var tree = Chains.reread(layer, tar);
        assertThat(new Verify(shelf).isIndexSound(layer, tree)).as("index of %s", layer).isTrue();
      }
    }
    for (var chain : machine.records().list("layer-chain").values()) {
      files.add(chain.required("index"));
      assertThat(shelf.size(chain.required("index"))).as("%s", chain).isPositive();
    }
    var there = new TreeSet<String>();
    machine.disk().list(Names.FOLDER).forEach(name -> there.add(Names.FOLDER + "/" + name));
    assertThat(there).isEqualTo(files);
    assertThat(machine.disk().list("tmp")).isEmpty();
  }

  private static long walk(
      long seed, CrashStates.Part before, CrashStates.Part protocol, int perStep) {
    return CrashStates.seeded(seed)
        .perStep(perStep)
        .breakingRecovery(2)
        .startingFrom(before)
        .walk(protocol, ShelfCrashTest::recover, ShelfCrashTest::check);
  }

  @Test
  void aPowerCutDuringAnAddLeavesTheLayerOrNothing() throws IOException {
    long seed = ErofsKernelTest.seed();
    var random = new Random(seed);
    long states = 0;
    for (int round = 0; round < 2; round++) {
      var first = tar(random, 1 + random.nextInt(4));
      var second = tar(random, 1 + random.nextInt(20));
      states +=
          walk(
              seed,
              machine -> {},
              machine -> {
                add(machine, first);
                add(machine, second);
                add(machine, first);
              },
              512);
    }
    System.out.println(states + " states");
    assertThat(states).isGreaterThan(10_000);
  }

  @Test
  void aPowerCutDuringARemovalLeavesTheLayerOrNothing() throws IOException {
    long seed = ErofsKernelTest.seed();
    var random = new Random(seed);
    var tars = List.of(tar(random, 3), tar(random, 2), tar(random, 1));
    var ids = new ArrayList<Digest>();
    long states =
        walk(
            seed,
            machine -> {
              ids.clear();
              for (var tar : tars) {
                ids.add(add(machine, tar));
              }
              settle(machine, ids);
            },
            machine -> {
              for (var id : ids) {
                machine.acknowledge(new Told(id, false));
                shelf(machine).remove(id);
              }
              add(machine, tars.getFirst());
            },
            2048);
    System.out.println(states + " states");
  }

  private static void settle(SimMachine machine, List<Digest> chain) {
    var shelf = shelf(machine);
    try (var index = shelf.stage()) {
      index.write(java.nio.ByteBuffer.allocate(700));
      shelf.settle(chain, index);
    }
    shelf.settle(chain.subList(0, 2));
  }

  @Test
  void aPowerCutWhileChainsAreSettledLeavesAllThatIsNamed() throws IOException {
    long seed = ErofsKernelTest.seed();
    var random = new Random(seed);
    var tars = List.of(tar(random, 3), tar(random, 2), tar(random, 1));
    var ids = new ArrayList<Digest>();
    long states =
        walk(
            seed,
            machine -> {
              ids.clear();
              for (var tar : tars) {
                ids.add(add(machine, tar));
              }
            },
            machine -> settle(machine, ids),
            2048);
    System.out.println(states + " states");
  }
}
