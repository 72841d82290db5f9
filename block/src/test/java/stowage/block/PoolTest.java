package stowage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.WrongState;
import stowage.base.Time;

class PoolTest {
  private static final String VOL = "vol-1";
  private static final String HOST = "i-1";
  private static final int SIZE = 3 * Base.CHUNK;

  @TempDir Path folder;
  private final MemoryRegion region = new MemoryRegion();
  private final long seed = Long.getLong("seed", 7);
  private final Random random = new Random(seed);

  private Pool open() throws IOException {
    return new Pool(new HostRandomDisk(folder), region, Time.SYSTEM, random::nextLong, () -> {});
  }

  private static VolumeSpec spec(String id, long size, VolumeSpec.Origin origin) {
    return new VolumeSpec(id, size, Optional.ofNullable(origin), Optional.empty(), Limits.NONE, 0);
  }

  private static Attach attach(String volume, String host, long epoch, boolean shared) {
    return new Attach(volume, host, epoch, false, shared, "", "none");
  }

  private static Session session(Pool pool, String volume, long epoch) throws IOException {
    pool.admit(attach(volume, HOST, epoch, false));
    return pool.open(volume, HOST, epoch);
  }

  private byte[] write(BlockDevice device, long offset, int length) throws IOException {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    device.write(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  @Test
  void whatWasFlushedIsThereWhenThePoolIsOpenedAgain() throws IOException {
    byte[] bytes;
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      bytes = write(session(pool, VOL, 1), 512, 8192);
      pool.limit(VOL, new Limits(1000, 0));
      pool.resize(VOL, SIZE + 4096);
    }
    try (var pool = open()) {
      assertThat(pool.volumes()).containsExactly(VOL);
      assertThat(pool.facts(VOL).sizeBytes()).isEqualTo(SIZE + 4096);
      assertThat(pool.facts(VOL).limits()).isEqualTo(new Limits(1000, 0));
      var got = new byte[8192];
      pool.open(VOL, HOST, 1).read(512, ByteBuffer.wrap(got));
      assertThat(got).isEqualTo(bytes);
    }
  }

  @Test
  void createIsIdempotentAndDeleteLeavesNothing() throws IOException {
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      pool.create(spec(VOL, SIZE, null));
      assertThatThrownBy(() -> pool.create(spec(VOL, 2 * SIZE, null)))
          .isInstanceOf(AlreadyExists.class);
      pool.admit(attach(VOL, HOST, 1, false));
      assertThatThrownBy(() -> pool.delete(VOL)).isInstanceOf(InUse.class);
      pool.detach(VOL, HOST, 1, false);
      pool.delete(VOL);
      pool.delete(VOL);
      assertThatThrownBy(() -> pool.facts(VOL)).isInstanceOf(NotFound.class);
    }
    try (var files = Files.list(folder.resolve("layers"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aHigherEpochCutsTheOlderOne() throws IOException {
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      var old = session(pool, VOL, 1);
      pool.admit(attach(VOL, "i-2", 2, false));
      assertThatThrownBy(() -> write(old, 0, 512)).isInstanceOf(StaleEpoch.class);
      assertThatThrownBy(() -> pool.open(VOL, HOST, 1)).isInstanceOf(StaleEpoch.class);
      assertThatThrownBy(() -> pool.admit(attach(VOL, HOST, 1, false)))
          .isInstanceOf(WrongState.class);
      pool.detach(VOL, "i-2", 1, true); // late: it cuts no newer attachment
      assertThat(pool.admissions(VOL)).hasSize(1);
      pool.detach(VOL, "i-2", 2, true);
      assertThatThrownBy(() -> pool.admit(attach(VOL, "i-2", 2, false)))
          .isInstanceOf(WrongState.class);
    }
  }

  @Test
  void sharedAttachmentsStayBesideEachOther() throws IOException {
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      pool.admit(attach(VOL, HOST, 1, true));
      var first = pool.open(VOL, HOST, 1);
      pool.admit(attach(VOL, "i-2", 2, true));
      byte[] bytes = write(first, 0, 512);
      var got = new byte[512];
      pool.open(VOL, "i-2", 2).read(0, ByteBuffer.wrap(got));
      assertThat(got).isEqualTo(bytes);
      pool.admit(attach(VOL, "i-3", 3, false));
      assertThatThrownBy(() -> write(first, 0, 512)).isInstanceOf(StaleEpoch.class);
      assertThat(pool.admissions(VOL)).hasSize(1);
    }
  }

  @Test
  void aReadOnlyAttachmentWritesNothing() throws IOException {
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      pool.admit(new Attach(VOL, HOST, 1, true, false, "", "none"));
      var session = pool.open(VOL, HOST, 1);
      assertThatThrownBy(() -> write(session, 0, 512)).isInstanceOf(ReadOnlySession.class);
      assertThatThrownBy(() -> session.trim(0, 512)).isInstanceOf(ReadOnlySession.class);
    }
  }

  @Test
  void aSnapshotHasWhatWasThereWhenItWasTakenAndTheNextOneOnlyWhatChanged() throws IOException {
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      var device = session(pool, VOL, 1);
      write(device, 0, SIZE);
      byte[] then = BlockDeviceContract.bytes(device);
      pool.snapshot(List.of(new SnapshotSpec("snap-1", VOL)));
      write(device, Base.CHUNK + 512, 512);
      assertThat(pool.snapshotFacts("snap-1")).isEqualTo(new SnapshotFacts.Pending(0));
      assertThat(pool.work()).isTrue();
      assertThat(pool.snapshotFacts("snap-1")).isInstanceOf(SnapshotFacts.Completed.class);
      assertThat(region.snapshots.get("snap-1")).as("seed " + seed).isEqualTo(then);
      region.puts = 0;
      pool.snapshot(List.of(new SnapshotSpec("snap-2", VOL)));
      assertThat(pool.work()).isTrue();
      assertThat(region.puts).isEqualTo(1);
      assertThat(region.snapshots.get("snap-2")).isEqualTo(BlockDeviceContract.bytes(device));
      assertThat(pool.work()).isFalse();
      pool.forget("snap-1");
      assertThatThrownBy(() -> pool.snapshotFacts("snap-1")).isInstanceOf(NotFound.class);
    }
  }

  @Test
  void aCopyThatACrashInterruptedIsMadeAfterIt() throws IOException {
    byte[] then;
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      var device = session(pool, VOL, 1);
      write(device, 0, SIZE);
      then = BlockDeviceContract.bytes(device);
      pool.snapshot(List.of(new SnapshotSpec("snap-1", VOL)));
    }
    try (var pool = open()) {
      assertThat(pool.work()).isTrue();
      assertThat(region.snapshots.get("snap-1")).as("seed " + seed).isEqualTo(then);
    }
  }

  @Test
  void aVolumeOfASnapshotIsUsableAtOnceAndIsWhatTheSnapshotIs() throws IOException {
    var content = new byte[SIZE];
    random.nextBytes(content);
    region.snapshots.put("snap-1", content);
    var origin = new VolumeSpec.Origin.OfSnapshot("snap-1");
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE + 4096, origin));
      assertThat(pool.facts(VOL).hydratedBytes()).isZero();
      var device = session(pool, VOL, 1);
      byte[] bytes = write(device, 512, 512);
      System.arraycopy(bytes, 0, content, 512, 512);
      region.snapshots.remove("snap-1"); // the pin keeps it
      var got = new byte[SIZE];
      device.read(0, ByteBuffer.wrap(got));
      assertThat(got).as("seed " + seed).isEqualTo(content);
      assertThat(pool.facts(VOL).hydratedBytes()).isEqualTo(SIZE);
      pool.detach(VOL, HOST, 1, false);
      pool.delete(VOL);
      assertThat(region.pins).isEmpty();
    }
  }

  @Test
  void aCloneSharesWhatNeitherWritesAndOutlivesItsOrigin() throws IOException {
    try (var pool = open()) {
      pool.create(spec(VOL, SIZE, null));
      var device = session(pool, VOL, 1);
      write(device, 0, SIZE);
      byte[] then = BlockDeviceContract.bytes(device);
      pool.create(spec("vol-2", SIZE, new VolumeSpec.Origin.OfVolume(VOL)));
      write(device, 0, 4096);
      var clone = session(pool, "vol-2", 1);
      assertThat(BlockDeviceContract.bytes(clone)).as("seed " + seed).isEqualTo(then);
      assertThat(pool.facts("vol-2").sharedBytes()).isGreaterThanOrEqualTo(SIZE);
      write(clone, 8192, 4096);
      pool.detach(VOL, HOST, 1, true);
      pool.delete(VOL);
      var got = new byte[8192];
      clone.read(0, ByteBuffer.wrap(got));
      assertThat(got).isEqualTo(java.util.Arrays.copyOf(then, 8192));
    }
  }

  @Test
  void limitsAreKept() {
    var now = new long[] {0};
    Time time =
        new Time() {
          @Override
          public java.time.Instant now() {
            return java.time.Instant.EPOCH;
          }

          @Override
          public long nanos() {
            return now[0];
          }
        };
    var limiter = new Limiter(new Limits(100, 0), time);
    for (int i = 0; i < 1000; i++) {
      now[0] += limiter.reserve(4096);
    }
    assertThat(now[0] / 1e9).isBetween(9.9, 10.0); // 1000 requests at 100 a second, less a burst
    limiter.change(new Limits(0, 1 << 20));
    long before = now[0];
    for (int i = 0; i < 64; i++) {
      now[0] += limiter.reserve(1 << 18);
    }
    assertThat((now[0] - before) / 1e9).isBetween(15.9, 16.01);
  }
}
