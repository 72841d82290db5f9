package stowage.blockd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.block.Attach;
import stowage.block.Attached;
import stowage.block.Limits;
import stowage.block.Pool;
import stowage.block.SnapshotFacts;
import stowage.block.SnapshotSpec;
import stowage.block.VolumeFacts;
import stowage.block.VolumeSpec;
import stowage.block.Zone;
import stowage.linux.BlockSpecial;
import stowage.linux.Fd;
import stowage.linux.Loop;
import stowage.linux.Open;

/**
 * A zone whose attachments have devices on this host: the pool, and for each attachment a {@link
 * FuseFront} under a loop device.
 *
 * <p>Attachments are as old as this process: a successor does not find them yet.
 */
public final class AttachedZone implements Zone {
  private final Pool pool;
  private final Map<String, Live> attachments = new HashMap<>(); // guarded by this

  /** Over a pool, whose attachments have no devices so far. */
  public AttachedZone(Pool pool) {
    this.pool = pool;
  }

  private record Live(Attach attach, FuseFront front, String device) {
    Attached facts() {
      return new Attached(
          attach.volumeId(), attach.instanceId(), attach.epoch(), device, "fuse", "");
    }
  }

  private static String key(String volumeId, String instanceId) {
    return volumeId + "." + instanceId;
  }

  @Override
  public synchronized Attached attach(Attach attach) {
    var key = key(attach.volumeId(), attach.instanceId());
    var present = attachments.get(key);
    if (present != null && present.attach.equals(attach)) {
      return present.facts();
    }
    switch (attach.path()) {
      case "none" -> {
        return pool.attach(attach);
      }
      case "auto", "fuse" -> {}
      default -> throw new StowageException.Unsupported("attach path " + attach.path());
    }
    pool.admit(attach);
    try {
      endPast(attach.volumeId());
      var live = make(attach, key + "." + attach.epoch());
      attachments.put(key, live);
      return live.facts();
    } catch (IOException e) {
      throw new StowageException.Failed(
          "cannot make the device of %s: %s".formatted(attach.volumeId(), e.getMessage()), e);
    }
  }

  private Live make(Attach attach, String name) throws IOException {
    var session = pool.open(attach.volumeId(), attach.instanceId(), attach.epoch());
    var front = FuseFront.make(name, session, attach.readOnly());
    try (var loop = Loop.attachToStay(front.file(), attach.readOnly(), true)) {
      if (!attach.link().isEmpty()) {
        link(Path.of(attach.link()), loop.path());
      }
      return new Live(attach, front, loop.path());
    } catch (IOException e) {
      front.abort();
      front.close();
      throw e;
    }
  }

  private static void link(Path link, String device) throws IOException {
    Files.createDirectories(link.toAbsolutePath().getParent());
    var fresh = link.resolveSibling(link.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, Path.of(device));
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Devices of attachments that the pool admits no more. */
  private void endPast(String volumeId) throws IOException {
    var admitted = pool.admissions(volumeId);
    for (var live : List.copyOf(attachments.values())) {
      var attach = live.attach;
      boolean stays =
          admitted.stream()
              .anyMatch(
                  a -> a.instanceId().equals(attach.instanceId()) && a.epoch() == attach.epoch());
      if (attach.volumeId().equals(volumeId) && !stays) {
        end(live);
      }
    }
  }

  @Override
  public synchronized void detach(String volumeId, String instanceId, long epoch, boolean force) {
    var live = attachments.get(key(volumeId, instanceId));
    try {
      if (live == null || live.attach.epoch() > epoch) {
        pool.cut(volumeId, instanceId, epoch);
      } else if (force) {
        pool.cut(volumeId, instanceId, epoch); // before all: whatever fails below, nothing lands
        live.front.abort();
        end(live);
      } else {
        endIdle(live, epoch);
      }
    } catch (IOException e) {
      throw new StowageException.Failed(
          "cannot detach %s: %s".formatted(volumeId, e.getMessage()), e);
    }
  }

  private void endIdle(Live live, long epoch) throws IOException {
    var attach = live.attach;
    var claim = DeviceUse.claim(live.device);
    var holders = DeviceUse.holders(live.device);
    try {
      if (claim.isEmpty() || !holders.isEmpty()) {
        throw new StowageException.InUse(
            Resource.VOLUME,
            attach.volumeId(),
            holders.isEmpty() ? live.device + "'s exclusive user" : holders);
      }
      BlockSpecial.flushBuffers(claim.get());
      live.front.device().flush();
      LoopDevices.release(live.device);
    } finally {
      claim.ifPresent(Fd::close);
    }
    pool.cut(attach.volumeId(), attach.instanceId(), epoch);
    end(live);
  }

  /** The loop device frees itself when the last one lets go of it, and the front ends with it. */
  private void end(Live live) throws IOException {
    LoopDevices.release(live.device);
    live.front.close();
    attachments.values().remove(live);
    var link = live.attach.link();
    if (!link.isEmpty()
        && Files.isSymbolicLink(Path.of(link))
        && Files.readSymbolicLink(Path.of(link)).toString().equals(live.device)) {
      Files.delete(Path.of(link));
    }
  }

  @Override
  public void create(VolumeSpec spec) {
    pool.create(spec);
  }

  @Override
  public void delete(String volumeId) {
    pool.delete(volumeId);
  }

  @Override
  public VolumeFacts facts(String volumeId) {
    var facts = pool.facts(volumeId);
    var all = new ArrayList<Attached>();
    synchronized (this) {
      for (var attached : facts.attachments()) {
        var live = attachments.get(key(volumeId, attached.instanceId()));
        boolean same = live != null && live.attach.epoch() == attached.epoch();
        all.add(same ? live.facts() : attached);
      }
    }
    return new VolumeFacts(
        facts.id(),
        facts.sizeBytes(),
        facts.engine(),
        facts.storedBytes(),
        facts.sharedBytes(),
        facts.hydratedBytes(),
        facts.hydrationBytes(),
        facts.limits(),
        all);
  }

  @Override
  public List<String> volumes() {
    return pool.volumes();
  }

  @Override
  public void snapshot(List<SnapshotSpec> snapshots) {
    pool.snapshot(snapshots);
  }

  @Override
  public SnapshotFacts snapshotFacts(String snapshotId) {
    return pool.snapshotFacts(snapshotId);
  }

  @Override
  public void forget(String snapshotId) {
    pool.forget(snapshotId);
  }

  @Override
  public synchronized void resize(String volumeId, long sizeBytes) {
    pool.resize(volumeId, sizeBytes);
    try {
      for (var live : attachments.values()) {
        if (live.attach.volumeId().equals(volumeId)) {
          live.front.takeSize();
          try (var special = Open.open(live.device, Open.O_RDONLY)) {
            Loop.takeSize(special);
          }
        }
      }
    } catch (IOException e) {
      throw new StowageException.Failed("cannot resize the device of " + volumeId, e);
    }
  }

  @Override
  public void limit(String volumeId, Limits limits) {
    pool.limit(volumeId, limits);
  }
}
