package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.Events;
import stowage.base.JsonObject;
import stowage.base.Time;
import stowage.cloud.CopyVolume;
import stowage.cloud.CreateVolume;
import stowage.cloud.EbsVolume;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.store.HostDisk;
import stowage.store.Records;
import stowage.store.SimMachine;

/** The agent ends before and after each thing it does to the region, its records and a device. */
class EbsCrashTest {
  @TempDir Path folder;

  private final SimMachine machine = new SimMachine();
  private DiskRegion region;
  private Path root;
  private Path image;

  /** The agent's end: nothing of it does anything from here on. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Counts what changes something, and ends the agent at one of them. */
  private static final class Steps {
    private int left;
    private boolean ended;

    Steps(int left) {
      this.left = left;
    }

    void step() {
      check();
      if (--left < 0) {
        ended = true;
        throw new Crash();
      }
    }

    void check() {
      if (ended) {
        throw new Crash();
      }
    }

    <T> T around(Supplier<T> change) {
      step();
      T result = change.get();
      step();
      return result;
    }

    void run(Runnable change) {
      around(
          () -> {
            change.run();
            return true;
          });
    }
  }

  private record SteppedRegion(EbsRegion next, Steps steps) implements EbsRegion {
    @Override
    public String instance() {
      return next.instance();
    }

    @Override
    public String zone() {
      return next.zone();
    }

    @Override
    public List<EbsVolume> tagged(String key, String value) {
      steps.check();
      return next.tagged(key, value);
    }

    @Override
    public Optional<EbsVolume> find(String volumeId) {
      steps.check();
      return next.find(volumeId);
    }

    @Override
    public EbsVolume create(CreateVolume plan) {
      return steps.around(() -> next.create(plan));
    }

    @Override
    public List<EbsVolume> copy(CopyVolume plan) {
      return steps.around(() -> next.copy(plan));
    }

    @Override
    public void delete(String volumeId) {
      steps.run(() -> next.delete(volumeId));
    }

    @Override
    public void tag(String volumeId, Map<String, String> tags) {
      steps.run(() -> next.tag(volumeId, tags));
    }

    @Override
    public void untag(String volumeId, String... keys) {
      steps.run(() -> next.untag(volumeId, keys));
    }

    @Override
    public Set<String> devices() {
      return next.devices();
    }

    @Override
    public boolean attach(String volumeId, String device) {
      return steps.around(() -> next.attach(volumeId, device));
    }

    @Override
    public void detach(String volumeId, boolean force) {
      steps.run(() -> next.detach(volumeId, force));
    }
  }

  private record SteppedRecords(Records next, Steps steps) implements Records {
    @Override
    public Optional<JsonObject> find(String kind, String id) {
      steps.check();
      return next.find(kind, id);
    }

    @Override
    public Map<String, JsonObject> list(String kind) {
      steps.check();
      return next.list(kind);
    }

    @Override
    public SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit) {
      return next.page(kind, prefix, after, limit);
    }

    @Override
    public <T> T transact(Decision<T> decision) {
      return steps.around(() -> next.transact(decision));
    }

    @Override
    public void commit(Change... changes) {
      steps.run(() -> next.commit(changes));
    }

    @Override
    public void close() {
      next.close();
    }
  }

  /** mkfs, which may also end in the middle: its noise is on the device, its signature is not. */
  private record SteppedTools(HostTools next, Steps steps) implements Filesystems {
    @Override
    public Found probe(String device) {
      return next.probe(device);
    }

    @Override
    public void make(String device, String type, boolean again) {
      steps.step();
      write(device);
      steps.step();
      write(device, new byte[4096]);
      next.make(device, type, again);
      steps.step();
    }

    private static void write(String device, byte... bytes) {
      try (var out = new java.io.RandomAccessFile(device, "rw")) {
        out.seek(100_000);
        out.write(bytes.length == 0 ? new byte[] {1, 2, 3} : bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void grow(String device, String type, String mountpoint) {
      next.grow(device, type, mountpoint);
    }

    @Override
    public void growUnmounted(String device) {
      next.growUnmounted(device);
    }
  }

  private record Life(Volumes volumes, EbsDriver driver) {}

  private Life life(Steps steps) {
    var records = new SteppedRecords(machine.records(), steps);
    var view = region.host("i-00000000000000001", "local-a");
    var driver =
        new EbsDriver(
            root,
            records,
            new SteppedRegion(view, steps),
            new SteppedTools(new HostTools(), steps));
    var local = new LocalDriver(root, new HostDisk(root));
    var drivers = Map.<String, VolumeDriver>of("local", local, "ebs", driver);
    var volumes = new Volumes(records, drivers, Events.NONE, Time.SYSTEM);
    volumes.recover();
    return new Life(volumes, driver);
  }

  @AfterEach
  void stop() throws IOException {
    for (var mount : MountTable.own().reversed()) {
      if (mount.mountPoint().startsWith(ByteStrings.ofPath(folder))) {
        Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
      }
    }
    if (region != null) {
      region.loseDevices();
    }
  }

  /** How far the client of a life was told that things are. */
  private static final class Told {
    boolean created;
    boolean initialised;
    boolean written;
    boolean removing;
    boolean removed;
  }

  private void work(Life life, Told told) throws IOException {
    life.volumes.create("db", "ebs", Map.of("size", "1"), Map.of());
    told.created = true;
    initialise(life);
    told.initialised = true;
    var at = Path.of(life.volumes.mount("db", "one"));
    Files.writeString(at.resolve("f"), "kept");
    HostTools.ok("sync", "-f", at.toString());
    told.written = true;
    life.volumes.unmount("db", "one");
    told.removing = true;
    life.volumes.remove("db", false);
    told.removed = true;
  }

  private void initialise(Life life) throws IOException {
    try (var source = Open.open(ByteStrings.ofPath(image), Open.O_RDONLY)) {
      life.volumes.initialise("db", Optional.of(source), new Owner(0, 0));
    }
  }

  /** The agent is started again, by itself or (with its host) after a reboot. */
  private void afterwards(Told told, boolean reboot) throws IOException {
    if (reboot) {
      for (var mount : MountTable.own().reversed()) {
        if (mount.mountPoint().startsWith(ByteStrings.ofPath(root))) {
          Mounts.umount2(mount.mountPoint(), 0);
        }
      }
      region.loseDevices();
    }
    var life = life(new Steps(Integer.MAX_VALUE));
    life.volumes.sweep();
    life.driver.tidy();
    boolean there = life.volumes.find("db").isPresent();
    if (!told.removing) {
      assertThat(there || !told.created).isTrue();
    }
    assertThat(there && told.removed).isFalse();
    assertThat(region.volumes).hasSize(there ? 1 : 0);
    assertThat(region.volumes.values()).allMatch(v -> v.attachments().isEmpty());
    life.volumes.create("db", "ebs", Map.of(), Map.of());
    initialise(life);
    var at = Path.of(life.volumes.mount("db", "two"));
    if (there && told.written) {
      assertThat(at.resolve("f")).hasContent("kept");
    }
    assertThat(at.resolve("a/b")).hasContent("of the image");
    try (var files = Files.list(at)) {
      assertThat(files.map(f -> f.getFileName().toString())).isSubsetOf("a", "c", "f");
    }
    life.volumes.unmount("db", "two");
    life.volumes.remove("db", false);
    assertThat(region.volumes).isEmpty();
    assertThat(machine.records().list(EbsRecord.KIND)).isEmpty();
    assertThat(MountTable.own()).noneMatch(m -> m.mountPoint().startsWith(root.toString()));
  }

  private void everywhere(boolean reboot) throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    image = Files.createDirectory(folder.resolve("image"));
    Files.writeString(Files.createDirectory(image.resolve("a")).resolve("b"), "of the image");
    Files.createDirectory(image.resolve("c"));
    for (int n = 0; ; n++) {
      region = new DiskRegion(Files.createDirectory(folder.resolve("region" + n)));
      var told = new Told();
      boolean crashed = false;
      try {
        work(life(new Steps(n)), told);
      } catch (Crash end) {
        crashed = true;
      }
      try {
        afterwards(told, reboot);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("after a crash at step " + n, e);
      }
      region.loseDevices();
      HostTools.ok("rm", "-rf", folder.resolve("region" + n).toString());
      if (!crashed) {
        assertThat(n).isGreaterThan(40);
        return;
      }
    }
  }

  @Test
  void endedAnywhereNothingIsLostAndNothingLeaks() throws IOException {
    everywhere(false);
  }

  @Test
  void switchedOffAnywhereNothingIsLostAndNothingLeaks() throws IOException {
    everywhere(true);
  }
}
