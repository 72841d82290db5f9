package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.layer.LayerStore;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.oci.TarEntry;
import stowage.store.Blobs;
import stowage.store.CrashStates;
import stowage.store.Disk;
import stowage.store.FaultyDisk;
import stowage.store.Publish;
import stowage.store.SimMachine;

/**
 * Every state a power cut can leave of loading, naming and removing images: what was acknowledged
 * is there and whole, the rest is there or not, and nothing lies about.
 */
final class CatalogCrashTest {
  private static final long SEED = Long.getLong("seed", 11L);

  @TempDir Path folder;
  private final byte[] shared = tar(1, 900);
  private final SampleImage one = SampleImage.of(List.of(shared, tar(2, 800)), "linux");
  private final SampleImage two = SampleImage.of(List.of(shared, tar(3, 700)), "linux");

  /** With an entry for the root: a layer that does not say its owner is indexed for its chain. */
  private static byte[] tar(long seed, int bytes) {
    return new SampleArchive()
        .entry(TarEntry.directory("./", 0755, 0))
        .file("f" + seed, SampleImage.random(seed, bytes))
        .bytes();
  }

  /** What the protocol's answers are when no crash comes between. */
  private final List<Map<String, Digest>> answers = new ArrayList<>();

  /** What a client was told: these names point at these images, and no others do. */
  private record Told(Map<String, Digest> names) {}

  /** The agent's house on a machine. */
  private record House(SimMachine machine, Blobs blobs, LayerStore layers, Images images) {
    void load(SampleImage image, String... tags) {
      images.load(
          new ByteArrayInputStream(SampleArchive.docker(image, true, tags)), LoadSink.NONE);
      tell();
    }

    void remove(String name) {
      images.remove(name, true, true, UsedBy.NOBODY);
      tell();
    }

    Map<String, Digest> names() {
      var names = new TreeMap<String, Digest>();
      for (var image : images.list()) {
        image.tags().forEach(tag -> names.put(tag, image.id()));
        names.put("id " + image.id(), image.id());
      }
      return names;
    }

    void tell() {
      machine.acknowledge(new Told(names()));
    }
  }

  private House open(SimMachine machine) {
    return open(machine, machine.disk());
  }

  private House open(SimMachine machine, Disk disk) {
    var publish = Publish.in(disk, "tmp");
    var blobs = new Blobs(disk, publish);
    var layers =
        new LayerStore(
            folder.resolve("root"),
            folder.resolve("run"),
            disk,
            publish,
            machine.records(),
            Time.SYSTEM);
    var images =
        new Images(
            machine.records(), blobs, layers, Events.NONE, Time.SYSTEM, RegistrySettings.DEFAULT);
    images.recover();
    layers.sweep();
    return new House(machine, blobs, layers, images);
  }

  @AfterEach
  void unmount() throws IOException {
    var prefix = ByteStrings.ofPath(folder);
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(prefix)) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
  }

  private void check(SimMachine machine) throws IOException {
    var house = open(machine);
    var names = house.names();
    var told = machine.acknowledged();
    // A crash falls between two answers: it is as the last one said, or as the next one would have.
    int at = told.size();
    var may = new ArrayList<Map<String, Digest>>();
    may.add(at == 0 ? Map.of() : ((Told) told.getLast()).names());
    if (at < answers.size()) {
      may.add(answers.get(at));
    }
    assertThat(may).contains(names);
    checkFiles(machine, house);
  }

  /** On the disk is what the images name, and nothing else. */
  private static void checkFiles(SimMachine machine, House house) throws IOException {
    var layers = new TreeSet<Digest>();
    var blobs = new TreeSet<Digest>();
    for (var image : house.images().list()) {
      layers.addAll(image.diffIds());
      blobs.add(image.id());
      assertThat(house.images().require(image.id().toString()).config().digest())
          .isEqualTo(image.id());
    }
    assertThat(house.layers().list().stream().map(layer -> layer.diffId()))
        .containsExactlyInAnyOrderElementsOf(layers);
    assertThat(house.blobs().list()).containsExactlyInAnyOrderElementsOf(blobs);
    assertThat(machine.disk().list("tmp")).isEmpty();
  }

  private void protocol(SimMachine machine) {
    var house = open(machine);
    house.load(one, "a:1", "b:1");
    house.load(two, "a:1");
    house.images().tag("b:1", "c:1");
    house.tell();
    house.remove(one.id().toString());
    house.remove("a:1");
  }

  @Test
  void everyCrashLeavesWholeImagesAndNothingElse() {
    Logger.getLogger("stowage.image").setLevel(Level.OFF); // each of the crashes would be told
    try {
      var dry = new SimMachine();
      protocol(dry);
      dry.acknowledged().forEach(told -> answers.add(((Told) told).names()));
      assertThat(answers).hasSize(5).last().isEqualTo(Map.of());
      long states =
          CrashStates.seeded(SEED)
              .perStep(16)
              .walk(this::protocol, this::open, this::check);
      assertThat(states).as("states").isGreaterThan(1000);
    } finally {
      Logger.getLogger("stowage.image").setLevel(null);
    }
  }

  /** One step of the protocol. */
  private interface Step {
    void in(House house);
  }

  @ParameterizedTest
  @EnumSource
  void aFailingCallOfTheDiskChangesNothingOrNothingSeen(FaultyDisk.Fault fault)
      throws IOException {
    Logger.getLogger("stowage").setLevel(Level.OFF);
    List<Step> steps =
        List.of(
            house -> house.load(one, "a:1", "b:1"),
            house -> house.load(two, "a:1"),
            house -> house.remove(one.id().toString()),
            house -> house.remove("a:1"));
    try {
      boolean failed = true;
      for (int at = 1; failed; at++) {
        var machine = new SimMachine();
        var disk = FaultyDisk.failing(machine.disk(), at, fault);
        fail(machine, disk, steps);
        failed = disk.hasFailed();
      }
    } finally {
      Logger.getLogger("stowage").setLevel(null);
    }
  }

  private void fail(SimMachine machine, FaultyDisk disk, List<Step> steps) throws IOException {
    Map<String, Digest> names = Map.of();
    try {
      var house = open(machine, disk);
      for (var step : steps) {
        try {
          step.in(house);
          names = house.names();
        } catch (StowageException.Failed
            | StowageException.LimitExceeded
            | StowageException.NotFound e) {
          assertThat(house.names()).as(e.getMessage()).isEqualTo(names);
        }
      }
    } catch (StowageException.Failed | StowageException.LimitExceeded notEvenOpen) {
      assertThat(machine.acknowledged()).isEmpty();
    }
    var again = open(machine);
    assertThat(again.names()).isEqualTo(names);
    checkFiles(machine, again);
  }
}
