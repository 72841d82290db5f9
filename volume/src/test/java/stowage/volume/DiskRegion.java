package stowage.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import stowage.base.ByteStrings;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.InvalidArgument;
import stowage.cloud.Attachment;
import stowage.cloud.CopyVolume;
import stowage.cloud.CreateVolume;
import stowage.cloud.EbsVolume;
import stowage.cloud.EbsVolumeState;
import stowage.cloud.VolumeConfig;
import stowage.cloud.VolumeIo;
import stowage.cloud.VolumeOrigin;
import stowage.cloud.VolumeType;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Open;

/**
 * A small and strict region: its volumes are sparse files, an attached one is a loop device. What
 * is begun is done when somebody looks the next time, as with the real one.
 */
final class DiskRegion {
  /** Happens once, just before the next volume is made. */
  Runnable meanwhile = () -> {};

  /** How often any host asked anything. */
  int asked;

  /** Of every volume, in MiB, whatever was asked for. */
  long size = 512;

  final Map<String, EbsVolume> volumes = new TreeMap<>();
  private final Map<String, LoopDisk> disks = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private final Path folder;
  private int ids;

  DiskRegion(Path folder) {
    this.folder = folder;
  }

  /** The region as a host of it sees it. */
  EbsRegion host(String instance, String zone) {
    return new Host(instance, zone);
  }

  Path file(String volumeId) {
    return folder.resolve(volumeId);
  }

  LoopDisk disk(String volumeId) {
    return disks.get(volumeId);
  }

  /** As if the host had been switched off: devices are gone, and the region does not know. */
  void loseDevices() throws IOException {
    for (var disk : disks.values()) {
      disk.close();
    }
    disks.clear();
  }

  /** A volume somebody made without the driver. */
  EbsVolume make(String zone, Map<String, String> tags) {
    var config = new VolumeConfig(VolumeType.GP3, 1, 3000, 125, false);
    return add(zone, config, VolumeOrigin.BLANK, new TreeMap<>(tags));
  }

  private EbsVolume add(
      String zone, VolumeConfig config, VolumeOrigin origin, SortedMap<String, String> tags) {
    var id = "vol-%017x".formatted(++ids);
    try (var file = new java.io.RandomAccessFile(file(id).toFile(), "rw")) {
      file.setLength(size << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var volume =
        new EbsVolume(
            id,
            zone,
            Instant.ofEpochSecond(ids),
            config,
            origin,
            Optional.empty(),
            new EbsVolumeState.Creating(),
            0,
            VolumeIo.ON,
            List.of(),
            tags);
    volumes.put(id, volume);
    return volume;
  }

  void put(EbsVolume volume, EbsVolumeState state, long epoch, Map<String, String> tags) {
    volumes.put(
        volume.id(),
        new EbsVolume(
            volume.id(),
            volume.zone(),
            volume.created(),
            volume.config(),
            volume.origin(),
            volume.keyId(),
            state,
            epoch,
            volume.io(),
            volume.pendingSnapshots(),
            new TreeMap<>(tags)));
  }

  private final class Host implements EbsRegion {
    private final String instance;
    private final String zone;

    Host(String instance, String zone) {
      this.instance = instance;
      this.zone = zone;
    }

    @Override
    public String instance() {
      return instance;
    }

    @Override
    public String zone() {
      return zone;
    }

    @Override
    public List<EbsVolume> tagged(String key, String value) {
      asked++;
      var found = new ArrayList<EbsVolume>();
      for (var id : List.copyOf(volumes.keySet())) {
        find(id).filter(v -> value.equals(v.tags().get(key))).ifPresent(found::add);
      }
      return found;
    }

    @Override
    public Optional<EbsVolume> find(String volumeId) {
      asked++;
      var volume = volumes.get(volumeId);
      if (volume == null) {
        return Optional.empty();
      }
      settle(volume);
      return Optional.of(volume); // as it was: the next look shows what came of it
    }

    private void settle(EbsVolume volume) {
      if (volume.state() instanceof EbsVolumeState.Creating) {
        put(volume, new EbsVolumeState.Available(), volume.epoch(), volume.tags());
      }
      for (var a : volume.attachments()) {
        if (a.phase() instanceof Attachment.Phase.Attaching) {
          set(volume, a, new Attachment.Phase.Attached(device(volume.id()), ""));
        } else if (a.phase() instanceof Attachment.Phase.Detaching) {
          close(volume.id());
          put(volume, new EbsVolumeState.Available(), volume.epoch(), volume.tags());
        }
      }
    }

    private void set(EbsVolume volume, Attachment a, Attachment.Phase phase) {
      var next =
          new Attachment(
              volume.id(), a.instanceId(), a.device(), a.epoch(), a.attached(), false, phase);
      put(volume, new EbsVolumeState.InUse(List.of(next)), volume.epoch(), volume.tags());
    }

    private String device(String volumeId) {
      try {
        if (!disks.containsKey(volumeId)) {
          disks.put(volumeId, LoopDisk.of(file(volumeId), size));
        }
        return disks.get(volumeId).device();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void close(String volumeId) {
      try {
        var disk = disks.remove(volumeId);
        if (disk != null) {
          disk.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public EbsVolume create(CreateVolume plan) {
      var token = plan.call().clientToken().orElseThrow();
      if (tokens.containsKey(token)) {
        return volumes.get(tokens.get(token));
      }
      var other = meanwhile;
      meanwhile = () -> {};
      other.run();
      var type = VolumeType.of(plan.config().type().orElseThrow());
      long size = plan.config().sizeGib().orElse(1);
      var config = new VolumeConfig(type, size, 3000, 125, false);
      var made = add(plan.zone().orElseThrow(), config, VolumeOrigin.BLANK, sorted(plan.tags()));
      tokens.put(token, made.id());
      return made;
    }

    private static SortedMap<String, String> sorted(Map<String, String> tags) {
      return new TreeMap<>(tags);
    }

    @Override
    public List<EbsVolume> copy(CopyVolume plan) {
      var token = plan.call().clientToken().orElseThrow();
      if (!tokens.containsKey(token)) {
        var source = volumes.get(plan.sourceVolumeId());
        var copy = add(source.zone(), source.config(), VolumeOrigin.BLANK, sorted(plan.tags()));
        try {
          HostTools.ok("sync");
          Files.copy(file(source.id()), file(copy.id()), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        tokens.put(token, copy.id());
      }
      return List.of(volumes.get(tokens.get(token)));
    }

    @Override
    public void delete(String volumeId) {
      var volume = volumes.get(volumeId);
      if (volume != null) {
        if (!volume.attachments().isEmpty()) {
          throw new InUse("EBS volume %s is attached".formatted(volumeId));
        }
        volumes.remove(volumeId);
      }
    }

    @Override
    public void tag(String volumeId, Map<String, String> tags) {
      var volume = volumes.get(volumeId);
      var all = new HashMap<>(volume.tags());
      all.putAll(tags);
      put(volume, volume.state(), volume.epoch(), all);
    }

    @Override
    public void untag(String volumeId, String... keys) {
      var volume = volumes.get(volumeId);
      var all = new HashMap<>(volume.tags());
      all.keySet().removeAll(Set.of(keys));
      put(volume, volume.state(), volume.epoch(), all);
    }

    @Override
    public Set<String> devices() {
      var taken = new java.util.TreeSet<String>();
      for (var volume : volumes.values()) {
        volume.attachment(instance).ifPresent(a -> taken.add(a.device()));
      }
      return taken;
    }

    @Override
    public boolean attach(String volumeId, String device) {
      var volume = volumes.get(volumeId);
      if (!volume.zone().equals(zone)) {
        throw new InvalidArgument("EBS volume %s is in %s".formatted(volumeId, volume.zone()));
      }
      if (volume.attachment(instance).isPresent()) {
        return true;
      }
      if (!volume.attachments().isEmpty()) {
        throw new InUse("EBS volume %s is attached elsewhere".formatted(volumeId));
      }
      if (devices().contains(device)) {
        return false;
      }
      long epoch = volume.epoch() + 1;
      var a =
          new Attachment(
              volumeId,
              instance,
              device,
              epoch,
              Instant.EPOCH,
              false,
              new Attachment.Phase.Attaching());
      put(volume, new EbsVolumeState.InUse(List.of(a)), epoch, volume.tags());
      return true;
    }

    @Override
    public void detach(String volumeId, boolean force) {
      var volume = volumes.get(volumeId);
      if (volume == null || volume.attachment(instance).isEmpty()) {
        return;
      }
      if (!force && disks.containsKey(volumeId) && isHeld(disks.get(volumeId).device())) {
        throw new InUse("EBS volume %s is busy: somebody has it".formatted(volumeId));
      }
      var a = volume.attachment(instance).orElseThrow();
      set(volume, a, new Attachment.Phase.Detaching(force));
    }

    private static boolean isHeld(String device) {
      try {
        Open.open(ByteStrings.ofText(device), Open.O_RDONLY | Open.O_EXCL).close();
        return false;
      } catch (ErrnoException e) {
        return e.is(Errno.EBUSY);
      }
    }
  }
}
