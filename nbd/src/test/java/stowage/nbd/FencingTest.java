package stowage.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Time;
import stowage.block.Attach;
import stowage.block.BlockDevice;
import stowage.block.Limits;
import stowage.block.Pool;
import stowage.block.VolumeSpec;
import stowage.chunk.ChunkStore;

/**
 * "A frozen client whose volume was force-detached and attached elsewhere writes nothing after it
 * wakes."
 */
class FencingTest {
  private static final int REQUESTS = 100_000;
  private static final int BLOCK = 4096;
  private static final String VOL = "vol-0123456789abcdef0";
  private static final String OLD = "i-00000000000000001";
  private static final String NEW = "i-00000000000000002";

  @TempDir Path folder;

  private static Attach attach(String host, long epoch) {
    return new Attach(VOL, host, epoch, false, false, "", "none");
  }

  /** Exports are named by volume, host and epoch. */
  private static Exports exports(Pool pool) {
    return new Exports() {
      @Override
      public Export open(String name) throws IOException {
        var parts = name.split("/");
        var session = pool.open(parts[0], parts[1], Long.parseLong(parts[2]));
        return new Export(name, session, session.readOnly(), "");
      }

      @Override
      public List<Listed> list() {
        return List.of();
      }
    };
  }

  @Test
  void aFrozenClientWritesNothingAfterItsVolumeWentElsewhere() throws Exception {
    var socket = folder.resolve("s");
    try (var chunks = ChunkStore.open(folder.resolve("chunks"), Time.SYSTEM);
        var pool = Pool.open(folder.resolve("zone"), chunks, Time.SYSTEM);
        var server = new NbdServer(exports(pool), Optional.empty(), Time.SYSTEM)) {
      server.listen(UnixDomainSocketAddress.of(socket));
      pool.create(
          new VolumeSpec(
              VOL, (long) REQUESTS * BLOCK, Optional.empty(), Optional.empty(), Limits.NONE, 0));
      pool.admit(attach(OLD, 1));
      var client = writer(socket);
      try {
        signal(client, "STOP");
        pool.admit(attach(NEW, 2));
        try (var mine = pool.open(VOL, NEW, 2)) {
          var before = written(mine);
          assertThat(before).isNotEmpty().hasSizeLessThan(REQUESTS / 2);
          signal(client, "CONT");
          client.waitFor();
          assertThat(written(mine)).as("blocks the frozen client wrote").isEqualTo(before);
        }
      } finally {
        client.destroyForcibly().waitFor();
      }
    }
  }

  /** A client in the middle of its writes, none of which an error ends. */
  private Process writer(Path socket) throws IOException {
    var uri = "nbd+unix:///" + VOL + "/" + OLD + "/1?socket=" + socket;
    var client =
        new ProcessBuilder(
                "fio",
                "--name=w",
                "--ioengine=nbd",
                "--uri=" + uri,
                "--rw=randwrite",
                "--bs=4k",
                "--iodepth=16",
                "--size=" + (long) REQUESTS * BLOCK,
                "--status-interval=100ms",
                "--continue_on_error=all",
                "--error_dump=0",
                "--rate_iops=50000")
            .redirectErrorStream(true)
            .directory(folder.toFile())
            .start();
    var out = client.inputReader();
    String line = out.readLine();
    while (line != null && !line.contains("IOPS=")) {
      line = out.readLine();
    }
    assertThat(line).as("fio has begun to write").isNotNull();
    Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {}));
    return client;
  }

  private static void signal(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
  }

  /** The blocks that are not zero, and what is in them. */
  private static List<Integer> written(BlockDevice device) throws IOException {
    var found = new ArrayList<Integer>();
    var buffer = ByteBuffer.allocate(BLOCK);
    var zeroes = ByteBuffer.allocate(BLOCK);
    for (int block = 0; block < REQUESTS; block++) {
      device.read((long) block * BLOCK, buffer.clear());
      if (!buffer.flip().equals(zeroes.clear())) {
        found.add(31 * block + buffer.hashCode());
      }
    }
    return found;
  }
}
