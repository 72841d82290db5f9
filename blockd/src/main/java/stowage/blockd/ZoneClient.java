package stowage.blockd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.JsonObject;
import stowage.base.StowageException.Unavailable;
import stowage.base.Time;
import stowage.block.Attach;
import stowage.block.Attached;
import stowage.block.Limits;
import stowage.block.SnapshotFacts;
import stowage.block.SnapshotSpec;
import stowage.block.VolumeFacts;
import stowage.block.VolumeSpec;
import stowage.block.Zone;

/**
 * A zone as its server tells it: each call is one request on a connection of its own, so that calls
 * never wait for each other. When nobody serves the zone, a server is started, once for all who
 * notice; the zone's calls can be made again, so a server that dies in between costs an {@link
 * Unavailable}.
 */
public final class ZoneClient implements Zone {
  private static final long START_NANOS = 30_000_000_000L;
  private static final int POLL_MILLIS = 20;

  private final Path folder;
  private final Runnable start;
  private final Time time;

  /**
   * Speaks with the server of the zone in {@code folder}.
   *
   * @param start starts one in a process of its own, and does not wait for it; of several that are
   *     started at once those that come late end by themselves
   */
  public ZoneClient(Path folder, Runnable start, Time time) {
    this.folder = folder;
    this.start = start;
    this.time = time;
  }

  private JsonObject call(String call, String id, Map<String, Object> parameters) {
    var request = new LinkedHashMap<String, Object>(parameters);
    request.put("call", call);
    try (var channel = connect()) {
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      ZoneWire.write(out, request);
      var in = new DataInputStream(Channels.newInputStream(channel));
      var answer =
          ZoneWire.read(in, "the block server")
              .orElseThrow(() -> new IOException("it ended before it answered"));
      if (answer.has("error")) {
        throw ZoneFailure.read(answer, id);
      }
      return answer;
    } catch (IOException e) {
      throw new Unavailable(
          "the block server of zone %s: %s".formatted(folder.getFileName(), e.getMessage()), e);
    }
  }

  private SocketChannel connect() throws IOException {
    var address = UnixDomainSocketAddress.of(folder.resolve(BlockServer.SOCKET));
    var channel = attempt(address);
    if (channel != null) {
      return channel;
    }
    start.run();
    long deadline = time.nanos() + START_NANOS;
    while (time.nanos() < deadline) {
      channel = attempt(address);
      if (channel != null) {
        return channel;
      }
      pause();
    }
    throw new IOException("it does not come up; see " + folder.resolve(BlockServer.LOG));
  }

  private static SocketChannel attempt(UnixDomainSocketAddress address) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(address);
      return channel;
    } catch (IOException nobodyThere) {
      channel.close();
      return null;
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL_MILLIS); // a socket tells nobody that it is there
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void create(VolumeSpec spec) {
    call("create", spec.id(), ZoneWire.of(spec));
  }

  @Override
  public void delete(String volumeId) {
    call("delete", volumeId, Map.of("volume", volumeId));
  }

  @Override
  public VolumeFacts facts(String volumeId) {
    return ZoneWire.volumeFacts(call("facts", volumeId, Map.of("volume", volumeId)));
  }

  @Override
  public List<String> volumes() {
    return call("volumes", "", Map.of()).strings("volumes");
  }

  @Override
  public Attached attach(Attach attach) {
    return ZoneWire.attached(call("attach", attach.volumeId(), ZoneWire.of(attach)));
  }

  @Override
  public void detach(String volumeId, String instanceId, long epoch, boolean force) {
    call(
        "detach",
        volumeId,
        Map.of("volume", volumeId, "instance", instanceId, "epoch", epoch, "force", force));
  }

  @Override
  public void snapshot(List<SnapshotSpec> snapshots) {
    call("snapshot", "", Map.of("snapshots", ZoneWire.of(snapshots)));
  }

  @Override
  public SnapshotFacts snapshotFacts(String snapshotId) {
    return ZoneWire.snapshotFacts(
        call("snapshotFacts", snapshotId, Map.of("snapshot", snapshotId)));
  }

  @Override
  public void forget(String snapshotId) {
    call("forget", snapshotId, Map.of("snapshot", snapshotId));
  }

  @Override
  public void resize(String volumeId, long sizeBytes) {
    call("resize", volumeId, Map.of("volume", volumeId, "sizeBytes", sizeBytes));
  }

  @Override
  public void limit(String volumeId, Limits limits) {
    call("limit", volumeId, Map.of("volume", volumeId, "limits", ZoneWire.of(limits)));
  }
}
