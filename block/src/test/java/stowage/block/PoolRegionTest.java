package stowage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.InUse;
import stowage.base.Time;
import stowage.block.VolumeSpec.Origin;
import stowage.chunk.ChunkStore;

/** Pools of two zones over one real region. */
class PoolRegionTest {
  private static final String HOST = "i-1";
  private static final int SIZE = 5 * Base.CHUNK + 4096;

  @TempDir Path root;
  private final long seed = Long.getLong("seed", 31);
  private final Random random = new Random(seed);

  private static void create(Pool pool, String id, long size, Origin origin) {
    pool.create(
        new VolumeSpec(id, size, Optional.ofNullable(origin), Optional.empty(), Limits.NONE, 0));
  }

  private static Session session(Pool pool, String volume) throws IOException {
    pool.admit(new Attach(volume, HOST, 1, false, false, "", "none"));
    return pool.open(volume, HOST, 1);
  }

  private void write(BlockDevice device, long offset, int length) throws IOException {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    device.write(offset, ByteBuffer.wrap(bytes));
  }

  private static void snapshot(Pool pool, String id, String volume) {
    pool.snapshot(List.of(new SnapshotSpec(id, volume)));
    while (pool.work()) {}
    assertThat(pool.snapshotFacts(id)).isInstanceOf(SnapshotFacts.Completed.class);
  }

  @Test
  void aSnapshotIsTheSameBytesInAnotherZone() throws IOException {
    byte[] first;
    byte[] second;
    try (var chunks = ChunkStore.open(root.resolve("chunks"), Time.SYSTEM);
        var here = Pool.open(root.resolve("a"), chunks, Time.SYSTEM)) {
      create(here, "vol-1", SIZE, null);
      var device = session(here, "vol-1");
      write(device, 512, 2 * Base.CHUNK);
      write(device, SIZE - 1024, 1024);
      first = BlockDeviceContract.bytes(device);
      snapshot(here, "snap-1", "vol-1");
      device.trim(4096, 8192);
      here.resize("vol-1", SIZE + Base.CHUNK);
      write(device, SIZE + 512, 512);
      second = BlockDeviceContract.bytes(device);
      snapshot(here, "snap-2", "vol-1");
      assertThat(chunks.find("snap-2").orElseThrow().sizeBytes()).isEqualTo(second.length);
    }
    // As after a restart of everything, in another zone.
    try (var chunks = ChunkStore.open(root.resolve("chunks"), Time.SYSTEM);
        var there = Pool.open(root.resolve("b"), chunks, Time.SYSTEM)) {
      create(there, "vol-2", first.length, new Origin.OfSnapshot("snap-1"));
      create(there, "vol-3", second.length + 4096, new Origin.OfSnapshot("snap-2"));
      chunks.delete("snap-1");
      chunks.sweep();
      assertThat(BlockDeviceContract.bytes(session(there, "vol-2")))
          .as("seed " + seed)
          .isEqualTo(first);
      assertThat(BlockDeviceContract.bytes(session(there, "vol-3")))
          .as("seed " + seed)
          .isEqualTo(Arrays.copyOf(second, second.length + 4096));
      // And on: a snapshot of a volume that came from one.
      write(there.open("vol-2", HOST, 1), Base.CHUNK, 4096);
      byte[] third = BlockDeviceContract.bytes(there.open("vol-2", HOST, 1));
      snapshot(there, "snap-3", "vol-2");
      create(there, "vol-4", third.length, new Origin.OfSnapshot("snap-3"));
      assertThat(BlockDeviceContract.bytes(session(there, "vol-4"))).isEqualTo(third);
    }
  }

  @Test
  void aSecondPoolOnOneFolderIsRefusedByName() {
    try (var chunks = ChunkStore.open(root.resolve("chunks"), Time.SYSTEM)) {
      Path folder = root.resolve("zone");
      try (var first = Pool.open(folder, chunks, Time.SYSTEM)) {
        create(first, "vol-1", SIZE, null);
        assertThatThrownBy(() -> Pool.open(folder, chunks, Time.SYSTEM))
            .isInstanceOf(InUse.class)
            .hasMessageContaining(folder.toString())
            .hasMessageContaining("pid " + ProcessHandle.current().pid());
        assertThat(first.volumes()).containsExactly("vol-1");
      }
      try (var next = Pool.open(folder, chunks, Time.SYSTEM)) {
        assertThat(next.volumes()).containsExactly("vol-1");
      }
    }
  }
}
