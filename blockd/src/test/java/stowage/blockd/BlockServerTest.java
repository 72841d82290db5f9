package stowage.blockd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.Unavailable;
import stowage.base.StowageException.WrongState;
import stowage.base.Time;
import stowage.block.Attach;
import stowage.block.Limits;
import stowage.block.SnapshotFacts;
import stowage.block.SnapshotSpec;
import stowage.block.VolumeSpec;

/** A zone's server in a process of its own, and its clients. */
class BlockServerTest {
  private static final String VOL = "vol-0123456789abcdef0";
  private static final String COPY = "vol-0123456789abcdef1";
  private static final String SNAP = "snap-0123456789abcdef0";
  private static final String HERE = "i-00000000000000001";
  private static final long MIB = 1 << 20;

  @TempDir Path folder;
  private final ConcurrentLinkedQueue<Process> servers = new ConcurrentLinkedQueue<>();

  private ZoneClient client(String zone) {
    return new ZoneClient(folder.resolve(zone), () -> servers.add(server(zone)), Time.SYSTEM);
  }

  private Process server(String zone) {
    try {
      Files.createDirectories(folder.resolve(zone));
      var log = folder.resolve(zone).resolve(BlockServer.LOG).toFile();
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-XX:+UseSerialGC",
              "-ea",
              "-cp",
              System.getProperty("java.class.path"),
              BlockServer.class.getName(),
              folder.resolve(zone).toString(),
              folder.resolve("chunks").toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
          .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    for (var server : servers) {
      server.destroy();
      server.waitFor();
    }
  }

  private static VolumeSpec spec(String id, VolumeSpec.Origin origin) {
    return new VolumeSpec(
        id, 64 * MIB, Optional.ofNullable(origin), Optional.empty(), Limits.NONE, 0);
  }

  private static Attach attach(String volume, long epoch, String path) {
    return new Attach(volume, HERE, epoch, false, false, "", path);
  }

  private static String sh(String line) throws Exception {
    var process = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s%n%s", line, out).isZero();
    return out.strip();
  }

  @Test
  void aSnapshotOfOneZoneIsAVolumeOfAnother() throws Exception {
    var a = client("a");
    var b = client("b");
    a.create(spec(VOL, null));
    var device = a.attach(attach(VOL, 1, "auto")).device();
    assertThat(a.facts(VOL).attachments()).hasSize(1);
    sh("dd if=/dev/urandom of=" + device + " bs=1M count=5 seek=3 oflag=direct status=none");
    var sum = sh("sha256sum < " + device);
    a.snapshot(List.of(new SnapshotSpec(SNAP, VOL)));
    while (a.snapshotFacts(SNAP) instanceof SnapshotFacts.Pending) {
      Thread.onSpinWait();
    }
    assertThat(a.snapshotFacts(SNAP)).isInstanceOf(SnapshotFacts.Completed.class);
    b.create(spec(COPY, new VolumeSpec.Origin.OfSnapshot(SNAP)));
    var copy = b.attach(attach(COPY, 1, "auto")).device();
    assertThat(sh("sha256sum < " + copy)).isEqualTo(sum);
    a.detach(VOL, HERE, 1, false);
    b.detach(COPY, HERE, 1, false);
    a.delete(VOL);
    assertThat(a.volumes()).isEmpty();
    assertThat(b.volumes()).containsExactly(COPY);
    assertThat(servers).hasSize(2);
  }

  @Test
  void whatWasFlushedIsThereAfterTheServerWasKilled() throws Exception {
    var a = client("a");
    a.create(spec(VOL, null));
    var device = a.attach(attach(VOL, 1, "auto")).device();
    sh("dd if=/dev/urandom of=" + device + " bs=64k count=40 oflag=direct conv=fsync status=none");
    var sum = sh("sha256sum < " + device);
    servers.peek().destroyForcibly().waitFor();
    sh("losetup -d " + device); // what stood before the killed server is nobody's any more
    var again = a.attach(attach(VOL, 2, "auto")).device();
    assertThat(sh("sha256sum < " + again)).isEqualTo(sum);
    a.detach(VOL, HERE, 2, false);
    a.delete(VOL);
  }

  @Test
  void failuresKeepTheirKind() {
    var a = client("a");
    a.create(spec(VOL, null));
    a.create(spec(VOL, null));
    assertThatThrownBy(
            () ->
                a.create(
                    new VolumeSpec(VOL, MIB, Optional.empty(), Optional.empty(), Limits.NONE, 0)))
        .isInstanceOf(AlreadyExists.class);
    assertThatThrownBy(() -> a.facts(COPY)).isInstanceOf(NotFound.class);
    a.attach(attach(VOL, 5, "none"));
    assertThatThrownBy(() -> a.attach(attach(VOL, 4, "none"))).isInstanceOf(WrongState.class);
    a.detach(VOL, HERE, 5, true);
    a.limit(VOL, new Limits(100, 0));
    a.resize(VOL, 65 * MIB);
    assertThat(a.facts(VOL).sizeBytes()).isEqualTo(65 * MIB);
    assertThat(a.facts(VOL).limits()).isEqualTo(new Limits(100, 0));
  }

  @Test
  void aSecondServerOfAZoneEndsAndNamesTheFirst() throws Exception {
    var a = client("a");
    assertThat(a.volumes()).isEmpty();
    var second = server("a");
    assertThat(second.waitFor()).isNotZero();
    assertThat(Files.readString(folder.resolve("a").resolve(BlockServer.LOG)))
        .contains(String.valueOf(servers.peek().pid()));
    assertThat(a.volumes()).isEmpty();
  }

  @Test
  void garbageEndsThatConnectionOnly() throws Exception {
    var a = client("a");
    assertThat(a.volumes()).isEmpty();
    var address = UnixDomainSocketAddress.of(folder.resolve("a/blockd.sock"));
    for (var bytes : List.of(new byte[] {-1, -1, -1, -1}, new byte[] {0, 0, 0, 2, '[', ']'})) {
      try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(address);
        channel.write(ByteBuffer.wrap(bytes));
        assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
      }
    }
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      ZoneWire.write(out, Map.of("call", "format-everything"));
      var in = new java.io.DataInputStream(Channels.newInputStream(channel));
      assertThat(ZoneWire.read(in, "answer").orElseThrow().required("error"))
          .isEqualTo("InvalidArgument");
    }
    assertThat(a.volumes()).isEmpty();
  }

  @Test
  void aZoneWhoseServerDoesNotComeIsUnavailable() {
    var nobody = new ZoneClient(folder.resolve("none"), () -> {}, new Hasty());
    assertThatThrownBy(nobody::volumes).isInstanceOf(Unavailable.class);
  }

  /** A clock whose every look is a minute later. */
  private static final class Hasty implements Time {
    private long minutes;

    @Override
    public java.time.Instant now() {
      return java.time.Instant.EPOCH.plusSeconds(60 * minutes++);
    }

    @Override
    public long nanos() {
      return 60_000_000_000L * minutes++;
    }
  }
}
