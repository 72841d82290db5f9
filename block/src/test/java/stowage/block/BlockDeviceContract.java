package stowage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every {@link BlockDevice} promises. A device's own test extends this and adds what is its
 * own.
 *
 * <p>Method: the device and a plain array are given the same random calls and must never differ.
 * The seed is in every failure's message; {@code -Dseed=N} replays it.
 */
abstract class BlockDeviceContract {
  /** Two chunks and a half, and a last block that is not whole. */
  static final int SIZE = 2 * Base.CHUNK + 300 * 1024 + 3 * BlockDevice.SECTOR;

  static final int SECTORS = SIZE / BlockDevice.SECTOR;

  final long seed = Long.getLong("seed", System.nanoTime());
  final Random random = new Random(seed);
  final Faults faults = new Faults(new Random(seed));

  /** A device that holds {@code content} and whose I/O fails when {@code faults} says so. */
  abstract BlockDevice device(byte[] content, Faults faults) throws IOException;

  @Test
  void holdsWhatItWasMadeWith() throws IOException {
    byte[] model = randomBytes(SIZE);
    try (var device = device(model.clone(), faults)) {
      assertThat(device.size()).isEqualTo(SIZE);
      assertThat(bytes(device)).as("-Dseed=" + seed).isEqualTo(model);
    }
  }

  @Test
  void readsBackWhatWasWritten() throws IOException {
    changeAtRandom(0);
  }

  /** A failed call leaves each of its sectors old or new, and every other sector alone. */
  @Test
  void aFailedCallTearsOnlyBetweenSectors() throws IOException {
    changeAtRandom(5);
  }

  private void changeAtRandom(int failOneIn) throws IOException {
    byte[] model = randomBytes(SIZE);
    try (var device = device(model.clone(), faults)) {
      for (int step = 0; step < 200; step++) {
        int first = random.nextInt(SECTORS);
        int count =
            1 + random.nextInt(Math.min(random.nextInt(8) == 0 ? 900 : 20, SECTORS - first));
        byte[] bytes =
            random.nextInt(3) == 0
                ? new byte[count * BlockDevice.SECTOR]
                : randomBytes(count * BlockDevice.SECTOR);
        boolean zeroes = bytes[0] == 0 && bytes[bytes.length - 1] == 0 && isZero(bytes);
        faults.failOneIn(failOneIn);
        boolean failed = !change(device, first * BlockDevice.SECTOR, bytes, zeroes);
        faults.failOneIn(0);
        model = check(device, model, first, bytes, failed, step);
      }
    }
  }

  private boolean change(BlockDevice device, int offset, byte[] bytes, boolean zeroes) {
    try {
      if (!zeroes) {
        ByteBuffer source = random.nextBoolean() ? ByteBuffer.wrap(bytes) : direct(bytes);
        device.write(offset, source);
        assertThat(source.hasRemaining()).isFalse();
      } else if (random.nextBoolean()) {
        device.trim(offset, bytes.length);
      } else {
        device.zero(offset, bytes.length);
      }
      return true;
    } catch (IOException injected) {
      return false;
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    // Not from position 0, and with more behind the limit: only what remains is meant.
    return ByteBuffer.allocateDirect(bytes.length + 20)
        .put(7, bytes)
        .limit(7 + bytes.length)
        .position(7);
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }

  /** Compares sector by sector, and answers what the device now holds. */
  private byte[] check(
      BlockDevice device, byte[] before, int first, byte[] bytes, boolean failed, int step)
      throws IOException {
    byte[] now = bytes(device);
    for (int sector = 0; sector < SECTORS; sector++) {
      var got = sector(now, sector);
      boolean old = Arrays.equals(got, sector(before, sector));
      boolean written = sector >= first && sector < first + bytes.length / BlockDevice.SECTOR;
      boolean right =
          written ? Arrays.equals(got, sector(bytes, sector - first)) || (failed && old) : old;
      int at = sector;
      assertTrue(right, () -> "sector %d after step %d, -Dseed=%d".formatted(at, step, seed));
    }
    return now;
  }

  private static byte[] sector(byte[] bytes, int n) {
    return Arrays.copyOfRange(bytes, n * BlockDevice.SECTOR, (n + 1) * BlockDevice.SECTOR);
  }

  @Test
  void readsAnyRange() throws IOException {
    byte[] model = randomBytes(SIZE);
    try (var device = device(model.clone(), faults)) {
      for (int step = 0; step < 200; step++) {
        int first = random.nextInt(SECTORS);
        int count = 1 + random.nextInt(SECTORS - first);
        var target = ByteBuffer.allocateDirect(count * BlockDevice.SECTOR);
        device.read((long) first * BlockDevice.SECTOR, target);
        assertThat(target.hasRemaining()).isFalse();
        var got = new byte[target.capacity()];
        target.flip().get(got);
        int from = first * BlockDevice.SECTOR;
        assertThat(got)
            .as("-Dseed=" + seed)
            .isEqualTo(Arrays.copyOfRange(model, from, from + got.length));
      }
    }
  }

  /** Holes are zero, everything is covered, in order. */
  @Test
  void saysWhereTheHolesAre() throws IOException {
    byte[] model = randomBytes(SIZE);
    try (var device = device(model.clone(), faults)) {
      device.trim(8 * 4096, 100 * 4096);
      device.write(20 * 4096, ByteBuffer.wrap(randomBytes(4096)));
      device.flush();
      byte[] now = bytes(device);
      long at = 0;
      for (var extent : device.extents(0, SIZE)) {
        assertThat(extent.length()).isPositive();
        if (extent.hole()) {
          assertThat(isZero(Arrays.copyOfRange(now, (int) at, (int) (at + extent.length()))))
              .as("hole at %d, -Dseed=%d", at, seed)
              .isTrue();
        }
        at += extent.length();
      }
      assertThat(at).isEqualTo(SIZE);
      assertThat(device.extents(512, 512)).hasSize(1);
    }
  }

  /** Four threads, each with its own sectors, in each other's blocks. */
  @Test
  void threadsOnDisjointRangesDoNotDisturbEachOther() throws Exception {
    byte[] model = randomBytes(SIZE);
    try (var device = device(model, faults);
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var all = new Future<?>[4];
      for (int t = 0; t < all.length; t++) {
        int mine = t;
        Callable<Void> life =
            () -> {
              live(device, model, mine, all.length);
              return null;
            };
        all[t] = threads.submit(life);
      }
      for (var each : all) {
        each.get();
      }
      assertThat(bytes(device)).as("-Dseed=" + seed).isEqualTo(model);
    }
  }

  private void live(BlockDevice device, byte[] model, int mine, int threads) throws IOException {
    var random = new Random(seed + mine);
    for (int step = 0; step < 400; step++) {
      int sector = random.nextInt(SECTORS / threads) * threads + mine;
      int offset = sector * BlockDevice.SECTOR;
      var bytes = new byte[BlockDevice.SECTOR];
      switch (random.nextInt(8)) {
        case 0 -> device.flush();
        case 1 -> {
          device.trim(offset, bytes.length);
          System.arraycopy(bytes, 0, model, offset, bytes.length);
        }
        case 2 -> {
          device.read(offset, ByteBuffer.wrap(bytes));
          assertThat(bytes).isEqualTo(sector(model, sector));
        }
        default -> {
          random.nextBytes(bytes);
          device.write(offset, ByteBuffer.wrap(bytes));
          System.arraycopy(bytes, 0, model, offset, bytes.length);
        }
      }
    }
  }

  final byte[] randomBytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static byte[] bytes(BlockDevice device) throws IOException {
    var now = new byte[Math.toIntExact(device.size())];
    device.read(0, ByteBuffer.wrap(now));
    return now;
  }
}
