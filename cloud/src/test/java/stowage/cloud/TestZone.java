package stowage.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.block.Attach;
import stowage.block.Attached;
import stowage.block.Limits;
import stowage.block.SnapshotFacts;
import stowage.block.SnapshotSpec;
import stowage.block.VolumeFacts;
import stowage.block.VolumeSpec;
import stowage.block.Zone;

/** A zone in memory that can be down, or do what is asked and not say so. */
final class TestZone implements Zone {
  final Map<String, VolumeSpec> made = new TreeMap<>();
  final Map<String, Attached> attached = new HashMap<>();
  final Map<String, SnapshotFacts> snapshots = new HashMap<>();
  boolean down;
  boolean mute;
  boolean held;

  private void ask() {
    if (down) {
      throw new StowageException.Unavailable("the zone is down", null);
    }
  }

  private void answer() {
    if (mute) {
      throw new StowageException.Unavailable("the answer is lost", null);
    }
  }

  @Override
  public void create(VolumeSpec spec) {
    ask();
    made.put(spec.id(), spec);
    answer();
  }

  @Override
  public void delete(String volumeId) {
    ask();
    made.remove(volumeId);
    answer();
  }

  @Override
  public VolumeFacts facts(String volumeId) {
    ask();
    var spec = made.get(volumeId);
    if (spec == null) {
      throw new StowageException.NotFound(Resource.VOLUME, volumeId);
    }
    var all = attached.values().stream().filter(at -> at.volumeId().equals(volumeId)).toList();
    return new VolumeFacts(volumeId, spec.sizeBytes(), "raw", 0, 0, 0, 0, spec.limits(), all);
  }

  @Override
  public List<String> volumes() {
    ask();
    return new ArrayList<>(made.keySet());
  }

  @Override
  public Attached attach(Attach attach) {
    ask();
    var at =
        new Attached(
            attach.volumeId(), attach.instanceId(), attach.epoch(), "/dev/loop7", "loop", "");
    attached.put(attach.volumeId(), at);
    answer();
    return at;
  }

  @Override
  public void detach(String volumeId, String instanceId, long epoch, boolean force) {
    ask();
    if (held && !force) {
      throw new StowageException.InUse("mounted at /mnt");
    }
    attached.remove(volumeId);
    answer();
  }

  @Override
  public void snapshot(List<SnapshotSpec> all) {
    ask();
    all.forEach(spec -> snapshots.put(spec.snapshotId(), new SnapshotFacts.Completed(7)));
    answer();
  }

  @Override
  public SnapshotFacts snapshotFacts(String snapshotId) {
    ask();
    var facts = snapshots.get(snapshotId);
    if (facts == null) {
      throw new StowageException.NotFound(Resource.SNAPSHOT, snapshotId);
    }
    return facts;
  }

  @Override
  public void forget(String snapshotId) {
    ask();
    snapshots.remove(snapshotId);
  }

  @Override
  public void resize(String volumeId, long sizeBytes) {
    throw new AssertionError("not asked for here");
  }

  @Override
  public void limit(String volumeId, Limits limits) {
    throw new AssertionError("not asked for here");
  }
}
