package stowage.block;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stowage.block.VolumeRecord.Link;

/** A volume that is served: its record as it is on disk, its device, its sessions. */
final class Volume {
  VolumeRecord record; // guarded by the pool's lock, as is all that is below
  final CowDevice device;
  final Limiter limiter;
  final List<Session> sessions = new ArrayList<>();

  Volume(VolumeRecord record, CowDevice device, Limiter limiter) {
    this.record = record;
    this.device = device;
    this.limiter = limiter;
  }

  /** A session of an admitted attachment. */
  Session open(String instanceId, long epoch) throws StaleEpoch {
    sessions.removeIf(Session::isCut);
    for (Admission a : record.admissions()) {
      if (a.instanceId().equals(instanceId) && a.epoch() == epoch) {
        var session = new Session(device, a, limiter);
        sessions.add(session);
        return session;
      }
    }
    throw new StaleEpoch(record.spec().id(), instanceId, epoch);
  }

  /** The file that is the volume as it is; none, as long as the only engine is {@code cow}. */
  Optional<Path> rawFile() {
    return Optional.empty();
  }

  /** The sessions that nobody admits any more; cutting one may wait for its requests. */
  List<Session> past() {
    var past = new ArrayList<>(sessions);
    past.removeIf(s -> record.admissions().contains(s.admission()));
    return past;
  }

  /** {@code others}: the layers that other volumes name too. */
  VolumeFacts facts(PoolLayers layers, Set<Long> others) throws IOException {
    long own = 0;
    long shared = 0;
    for (Link link : record.chain()) {
      long bytes = layers.allocated(link.layer());
      if (others.contains(link.layer())) {
        shared += bytes;
      } else {
        own += bytes;
      }
    }
    Base base = device.chain().base();
    return new VolumeFacts(
        record.spec().id(),
        record.sizeBytes(),
        "cow",
        own,
        shared,
        base == null ? 0 : base.hereBytes(),
        base == null ? 0 : base.chunks() << Base.SHIFT,
        record.limits(),
        record.admissions().stream().map(Volume::attached).toList());
  }

  private static Attached attached(Admission a) {
    return new Attached(a.volumeId(), a.instanceId(), a.epoch(), "", "none", "");
  }
}
