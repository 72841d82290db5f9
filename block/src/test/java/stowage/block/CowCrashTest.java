package stowage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The power fails at every write and every sync of a device at work, the disk takes back, mixes and
 * tears what was not synced, and what is recovered must have every acknowledged flush, and in every
 * sector what was there at the last flush or was written after it.
 */
class CowCrashTest {
  private static final int SIZE = 40 * CowDevice.BLOCK + 5 * 512;
  private static final int CHUNKS_SIZE = Base.CHUNK;
  private static final int STEPS = 40;

  private final long seed = Long.getLong("seed", 20260723);
  private final Random random = new Random(seed);
  private final Faults none = new Faults(new Random(0));
  private long states;

  /** Which rule is broken, to see that the test sees it. */
  private enum Wrong {
    NOTHING,
    DATA_NOT_SYNCED,
    MAP_NOT_SYNCED,
    MAP_BEFORE_DATA
  }

  /** One machine: the files of a head and of a base, and the device over them. */
  private final class Machine {
    SimFile raw;
    SimFile map;
    SimFile baseRaw;
    SimFile baseHyd;
    byte[] below;
    CowDevice device;

    Machine fresh(SimFile.Watch watch, Wrong wrong) throws IOException {
      raw = new SimFile(41 * CowDevice.BLOCK, none, watch);
      map = new SimFile(0, none, watch);
      baseRaw = new SimFile(CHUNKS_SIZE, none, watch);
      baseHyd = new SimFile(0, none, watch);
      var bits = new BlockBits(41);
      RandomFile data = raw;
      RandomFile log = map;
      switch (wrong) {
        case NOTHING -> {}
        case DATA_NOT_SYNCED -> data = new Unsynced(raw);
        case MAP_NOT_SYNCED -> log = new Unsynced(map);
        case MAP_BEFORE_DATA -> data = new Late(raw, map);
      }
      var head = new Layer(1, CowDevice.SHIFT, data, MapLog.create(map, 1, 4096, SIZE), bits);
      if (log != map) {
        head = new Layer(1, CowDevice.SHIFT, data, reopened(log, bits), bits);
      }
      var hydBits = new BlockBits(1);
      MapLog hyd = MapLog.create(baseHyd, 2, Base.CHUNK, CHUNKS_SIZE);
      device = device(head, new Layer(2, Base.SHIFT, baseRaw, hyd, hydBits));
      return this;
    }

    private MapLog reopened(RandomFile log, BlockBits bits) throws IOException {
      return MapLog.open(log, "map", 1, 4096, bits);
    }

    Machine crashed(SimFile.Fate fate) throws IOException {
      var after = new Machine();
      after.below = below;
      after.raw = raw.crashed(random, fate, none, operation -> {});
      after.map = map.crashed(random, fate, none, operation -> {});
      after.baseRaw = baseRaw.crashed(random, fate, none, operation -> {});
      after.baseHyd = baseHyd.crashed(random, fate, none, operation -> {});
      after.recover();
      return after;
    }

    void recover() throws IOException {
      var bits = new BlockBits(41);
      MapLog log = MapLog.open(map, "map", 1, 4096, bits);
      var hydBits = new BlockBits(1);
      MapLog hyd = MapLog.open(baseHyd, "hyd", 2, Base.CHUNK, hydBits);
      device =
          device(
              new Layer(1, CowDevice.SHIFT, raw, log, bits),
              new Layer(2, Base.SHIFT, baseRaw, hyd, hydBits));
    }

    private CowDevice device(Layer head, Layer lowest) {
      var base = new Base(lowest, new Chains.ArraySource(below, none), 1);
      return new CowDevice(new Chain(List.of(head), base), SIZE);
    }
  }

  /** What each sector may hold after a crash: what was flushed last, and all written since. */
  private static final class Model {
    final List<List<byte[]>> allowed = new ArrayList<>();

    Model(byte[] content) {
      for (int at = 0; at < SIZE; at += 512) {
        allowed.add(new ArrayList<>(List.of(Arrays.copyOfRange(content, at, at + 512))));
      }
    }

    void write(int offset, byte[] bytes) {
      for (int at = 0; at < bytes.length; at += 512) {
        allowed.get((offset + at) / 512).add(Arrays.copyOfRange(bytes, at, at + 512));
      }
    }

    void flushed() {
      for (var sector : allowed) {
        sector.subList(0, sector.size() - 1).clear();
      }
    }

    void check(byte[] now, String what) {
      for (int n = 0; n < allowed.size(); n++) {
        byte[] got = Arrays.copyOfRange(now, n * 512, n * 512 + 512);
        boolean right = allowed.get(n).stream().anyMatch(bytes -> Arrays.equals(bytes, got));
        assertThat(right).as("sector %d, %s", n, what).isTrue();
      }
    }
  }

  @Test
  void everyAcknowledgedFlushSurvivesAndNoSectorIsTorn() throws IOException {
    for (int life = 0; life < 60; life++) {
      live(Wrong.NOTHING, life);
    }
    assertThat(states).isGreaterThan(10_000);
  }

  @Test
  void dataThatIsNotSyncedIsFoundOut() {
    assertFoundOut(Wrong.DATA_NOT_SYNCED);
  }

  @Test
  void aMapThatIsNotSyncedIsFoundOut() {
    assertFoundOut(Wrong.MAP_NOT_SYNCED);
  }

  @Test
  void aMapThatIsDurableBeforeItsDataIsFoundOut() {
    assertFoundOut(Wrong.MAP_BEFORE_DATA);
  }

  private void assertFoundOut(Wrong wrong) {
    assertThatThrownBy(
            () -> {
              for (int life = 0; life < 60; life++) {
                live(wrong, life);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("sector");
  }

  private void live(Wrong wrong, int life) throws IOException {
    var machine = new Machine();
    machine.below = new byte[CHUNKS_SIZE];
    random.nextBytes(machine.below);
    var model = new Model(machine.below);
    var ready = new boolean[1];
    machine.fresh(
        operation -> {
          if (ready[0]) {
            crash(machine, model, "life %d, %s, -Dseed=%d".formatted(life, operation, seed));
          }
        },
        wrong);
    ready[0] = true;
    for (int step = 0; step < STEPS; step++) {
      step(machine.device, model);
    }
    // And it goes on after a crash: what is recovered is flushed, crashes again, and so on.
    ready[0] = false;
    var after = machine.crashed(SimFile.Fate.MIXED);
    byte[] found = BlockDeviceContract.bytes(after.device);
    model.check(found, "life " + life);
    var model2 = new Model(found);
    for (int step = 0; step < STEPS / 4; step++) {
      step(after.device, model2);
    }
    model2.check(BlockDeviceContract.bytes(after.crashed(SimFile.Fate.LOST).device), "again");
  }

  private void step(CowDevice device, Model model) throws IOException {
    int first = random.nextInt(SIZE / 512);
    int count = 1 + random.nextInt(Math.min(30, SIZE / 512 - first));
    var bytes = new byte[count * 512];
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> {
        device.flush();
        model.flushed();
      }
      case 3 -> {
        model.write(first * 512, bytes);
        device.trim(first * 512L, bytes.length);
      }
      case 4 -> {
        device.chain().base().fetch(0);
        device.chain().base().flush();
      }
      default -> {
        random.nextBytes(bytes);
        model.write(first * 512, bytes);
        device.write(first * 512L, ByteBuffer.wrap(bytes));
      }
    }
  }

  private void crash(Machine machine, Model model, String what) {
    for (var fate : SimFile.Fate.values()) {
      try {
        model.check(BlockDeviceContract.bytes(machine.crashed(fate).device), fate + ", " + what);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      states++;
    }
  }

  /** A file whose sync does nothing. */
  private static class Unsynced implements RandomFile {
    final RandomFile file;

    Unsynced(RandomFile file) {
      this.file = file;
    }

    @Override
    public void sync() throws IOException {}

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      file.read(offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      file.write(offset, source);
    }

    @Override
    public void punch(long offset, long length) throws IOException {
      file.punch(offset, length);
    }

    @Override
    public void zero(long offset, long length) throws IOException {
      file.zero(offset, length);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void resize(long size) throws IOException {
      file.resize(size);
    }

    @Override
    public long data(long from, long end) throws IOException {
      return file.data(from, end);
    }

    @Override
    public long hole(long from, long end) throws IOException {
      return file.hole(from, end);
    }

    @Override
    public long allocated() throws IOException {
      return file.allocated();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** A file that syncs the map first, as a wrong order of the two would. */
  private static final class Late extends Unsynced {
    private final SimFile map;
    private boolean mapIsWritten;

    Late(RandomFile file, SimFile map) {
      super(file);
      this.map = map;
    }

    @Override
    public void sync() throws IOException {
      // The data of this flush becomes durable at the next one.
      if (mapIsWritten) {
        file.sync();
      }
      mapIsWritten = !mapIsWritten;
      map.sync();
    }
  }
}
