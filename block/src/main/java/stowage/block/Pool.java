package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import stowage.base.Json;
import stowage.base.Resource;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.Unsupported;
import stowage.base.Time;
import stowage.block.VolumeRecord.BaseLink;
import stowage.block.VolumeRecord.Link;
import stowage.block.VolumeSpec.Origin;
import stowage.chunk.ChunkStore;
import stowage.store.Disk;
import stowage.store.Publish;
import stowage.store.RootLock;

/**
 * The volumes of one zone in one folder, and the engine that serves them. One process has it; a
 * second one is refused.
 *
 * <p>As a {@link Zone} it admits attachments but makes no devices: {@link #attach} answers path
 * {@code none}. Whoever serves the volumes (NBD, FUSE, loop) opens a {@link Session} for each
 * connection, and composes. {@link #work} does what is to be done in the background.
 *
 * <p>Records are durable before what they say is seen: {@code volumes/<id>.json}, {@code
 * snapshots/<id>.json}. Layers that no record names are removed at the next chance.
 */
public final class Pool implements Zone, AutoCloseable {
  private static final String VOLUMES = "volumes";
  private static final String SNAPSHOTS = "snapshots";
  private static final Pattern ID = Pattern.compile("[a-z]{1,8}-[0-9a-zA-Z]{1,64}");

  private final RandomDisk disk;
  private final Publish publish;
  private final RegionChunks region;
  private final Time time;
  private final java.io.Closeable held;
  private final PoolLayers layers;
  private final PoolSnapshots snapshots;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Volume> volumes = new TreeMap<>(); // guarded by lock

  /** Opens the pool in a folder, made if need be. InUse if another process has it. */
  public static Pool open(Path folder, ChunkStore chunks, Time time) {
    try {
      Files.createDirectories(folder);
      RootLock lock = RootLock.take(folder);
      var random = new SecureRandom();
      return new Pool(
          new HostRandomDisk(folder), RegionChunks.of(chunks), time, random::nextLong, lock::close);
    } catch (IOException e) {
      throw Disk.failure("open the pool " + folder, e);
    }
  }

  Pool(RandomDisk disk, RegionChunks region, Time time, LongSupplier ids, java.io.Closeable held)
      throws IOException {
    this.disk = disk;
    this.region = region;
    this.time = time;
    this.held = held;
    publish = Publish.in(disk, "tmp");
    publish.folder(VOLUMES);
    publish.folder(SNAPSHOTS);
    publish.folder(PoolLayers.FOLDER);
    layers = new PoolLayers(disk, region, ids);
    snapshots = new PoolSnapshots(disk, publish, SNAPSHOTS);
    for (String file : disk.list(VOLUMES)) {
      var json = Json.object(PoolSnapshots.bytes(disk, VOLUMES + "/" + file), file);
      serve(VolumeRecord.parse(json));
    }
    sweep();
  }

  private Volume serve(VolumeRecord record) throws IOException {
    Chain chain = layers.chain(record.chain(), record.base());
    var device = new CowDevice(chain, record.sizeBytes());
    var volume = new Volume(record, device, new Limiter(record.limits(), time));
    volumes.put(record.spec().id(), volume);
    return volume;
  }

  private void sweep() throws IOException {
    var named = new HashSet<Long>();
    volumes.values().forEach(v -> PoolLayers.name(v.record.chain(), v.record.base(), named));
    snapshots.all().forEach(s -> PoolLayers.name(s.chain(), s.base(), named));
    layers.sweep(named);
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  private <T> T locked(String doing, Step<T> step) {
    lock.lock();
    try {
      return step.run();
    } catch (IOException e) {
      throw Disk.failure(doing, e);
    } finally {
      lock.unlock();
    }
  }

  private Volume require(String id) {
    Volume volume = volumes.get(id);
    if (volume == null) {
      throw new NotFound(Resource.VOLUME, id);
    }
    return volume;
  }

  private void save(Volume volume, VolumeRecord record) {
    write(record);
    volume.record = record;
    record.chain().forEach(link -> layers.named(link.layer()));
  }

  private void write(VolumeRecord record) {
    try (var staged = publish.file()) {
      staged.write(ByteBuffer.wrap(record.json()));
      staged.replace(VOLUMES + "/" + record.spec().id() + ".json");
    }
  }

  @Override
  public void create(VolumeSpec spec) {
    if (!ID.matcher(spec.id()).matches()) {
      throw new InvalidArgument("volume id", spec.id(), "letters, a dash, letters and digits");
    }
    if (spec.sizeBytes() <= 0 || spec.sizeBytes() % BlockDevice.SECTOR != 0) {
      throw new InvalidArgument("size", spec.sizeBytes(), "a multiple of 512");
    }
    if (spec.key().isPresent()) {
      throw new Unsupported("encrypted volumes are not served yet");
    }
    locked(
        "create " + spec.id(),
        () -> {
          Volume there = volumes.get(spec.id());
          if (there == null) {
            make(spec);
          } else if (!there.record.spec().equals(spec)) {
            throw new AlreadyExists("volume %s is there, made otherwise".formatted(spec.id()));
          }
          return null;
        });
  }

  private void make(VolumeSpec spec) throws IOException {
    var chain = new ArrayList<Link>();
    Optional<BaseLink> base = Optional.empty();
    switch (spec.origin().orElse(null)) {
      case null -> {}
      case Origin.OfVolume(String id) -> {
        Volume source = require(id);
        requireRoom(spec, source.record.sizeBytes());
        freeze(List.of(source), List.of(""));
        chain.addAll(source.record.chain().subList(1, source.record.chain().size()));
        base = source.record.base();
      }
      case Origin.OfSnapshot(String id) -> {
        var pinned = region.pin(spec.id(), id);
        requireRoom(spec, pinned.sizeBytes());
        Base made = layers.createBase(pinned);
        base = Optional.of(new BaseLink(made.layer().id(), id, spec.id(), made.chunks()));
      }
    }
    chain.addFirst(new Link(layers.create(CowDevice.SHIFT, spec.sizeBytes()).id(), ""));
    var record =
        new VolumeRecord(
            spec, spec.sizeBytes(), spec.limits(), chain, base, List.of(), Map.of(), 0);
    write(record);
    record.chain().forEach(link -> layers.named(link.layer()));
    base.ifPresent(b -> layers.named(b.layer()));
    serve(record);
  }

  private static void requireRoom(VolumeSpec spec, long bytes) {
    if (spec.sizeBytes() < bytes) {
      throw new InvalidArgument("size", spec.sizeBytes(), "at least the origin's " + bytes);
    }
  }

  private void freeze(List<Volume> all, List<String> as) throws IOException {
    new Freeze(layers, this::save).take(all, as);
  }

  @Override
  public void delete(String volumeId) {
    locked(
        "delete " + volumeId,
        () -> {
          Volume volume = volumes.get(volumeId);
          if (volume != null) {
            if (!volume.record.admissions().isEmpty()) {
              String holder = volume.record.admissions().getFirst().instanceId();
              throw new InUse(Resource.VOLUME, volumeId, holder);
            }
            publish.discard(VOLUMES + "/" + volumeId + ".json");
            volumes.remove(volumeId);
            volume.sessions.forEach(Session::cut);
            sweep();
          }
          unpin(volumeId);
          return null;
        });
  }

  /** Removes what nothing names since a snapshot with that base is over. */
  private void letGo(Optional<BaseLink> base) throws IOException {
    sweep();
    base.map(BaseLink::pin).filter(p -> !volumes.containsKey(p)).ifPresent(this::unpin);
  }

  /** Lets go of a snapshot, unless a clone of the volume still reads from it. */
  private void unpin(String pin) {
    boolean used =
        volumes.values().stream()
                .anyMatch(v -> v.record.base().filter(b -> b.pin().equals(pin)).isPresent())
            || snapshots.all().stream()
                .anyMatch(s -> s.base().filter(b -> b.pin().equals(pin)).isPresent());
    if (!used) {
      region.unpin(pin);
    }
  }

  @Override
  public VolumeFacts facts(String volumeId) {
    return locked(
        "look at " + volumeId,
        () -> {
          Volume volume = require(volumeId);
          var others = new HashSet<Long>();
          volumes.values().stream()
              .filter(v -> v != volume)
              .forEach(v -> v.record.chain().forEach(link -> others.add(link.layer())));
          return volume.facts(layers, others);
        });
  }

  @Override
  public List<String> volumes() {
    return locked("list the volumes", () -> List.copyOf(volumes.keySet()));
  }

  /**
   * Lets an attachment in, durably. Sessions of lower epochs are cut (unless both are shared): when
   * this returns none of their requests is under way, and later ones throw {@link StaleEpoch}. The
   * same admission again changes nothing.
   *
   * @throws stowage.base.StowageException.WrongState if its epoch is past
   */
  public void admit(Attach attach) {
    var past =
        locked(
            "attach " + attach.volumeId(),
            () -> {
              Volume volume = require(attach.volumeId());
              var next = volume.record.admit(attach);
              if (next != volume.record) {
                save(volume, next);
              }
              return volume.past();
            });
    past.forEach(Session::cut);
  }

  /** Ends the instance's admission of this epoch or lower; durable. False if none was admitted. */
  public boolean cut(String volumeId, String instanceId, long epoch) {
    var past =
        locked(
            "detach " + volumeId,
            () -> {
              Volume volume = require(volumeId);
              boolean was =
                  volume.record.admissions().stream()
                      .anyMatch(a -> a.instanceId().equals(instanceId) && a.epoch() <= epoch);
              var next = volume.record.cut(instanceId, epoch);
              if (!next.equals(volume.record)) {
                save(volume, next);
              }
              return Map.entry(was, volume.past());
            });
    past.getValue().forEach(Session::cut);
    return past.getKey();
  }

  /** Who is let in now, by epoch. */
  public List<Admission> admissions(String volumeId) {
    return locked("look at " + volumeId, () -> require(volumeId).record.admissions());
  }

  /**
   * A device for one admitted attachment; any number may be open at once.
   *
   * @throws StaleEpoch if that epoch of that instance is not admitted
   */
  public Session open(String volumeId, String instanceId, long epoch) throws StaleEpoch {
    lock.lock();
    try {
      return require(volumeId).open(instanceId, epoch);
    } finally {
      lock.unlock();
    }
  }

  /** The file a loop device can be put over: of volumes whose engine is {@code raw} only. */
  public Optional<Path> rawFile(String volumeId) {
    return locked("look at " + volumeId, () -> require(volumeId)).rawFile();
  }

  @Override
  public Attached attach(Attach attach) {
    admit(attach);
    return new Attached(attach.volumeId(), attach.instanceId(), attach.epoch(), "", "none", "");
  }

  @Override
  public void detach(String volumeId, String instanceId, long epoch, boolean force) {
    cut(volumeId, instanceId, epoch);
  }

  @Override
  public void snapshot(List<SnapshotSpec> specs) {
    locked(
        "take a snapshot",
        () -> {
          var wanted = new ArrayList<>(specs);
          wanted.removeIf(s -> snapshots.find(s.snapshotId()).isPresent());
          if (wanted.isEmpty()) {
            return null;
          }
          if (wanted.size() < specs.size()) {
            throw new AlreadyExists("some of these snapshots were taken at another time");
          }
          var all = new ArrayList<Volume>();
          var ids = new ArrayList<String>();
          var records = new ArrayList<SnapshotRecord>();
          for (SnapshotSpec spec : wanted) {
            if (!ID.matcher(spec.snapshotId()).matches()) {
              throw new InvalidArgument("snapshot id", spec.snapshotId(), "as in snap-0123");
            }
            Volume volume = require(spec.volumeId());
            if (all.contains(volume)) {
              throw new InvalidArgument("volume", spec.volumeId(), "each volume once");
            }
            all.add(volume);
            ids.add(spec.snapshotId());
            records.add(SnapshotRecord.pending(spec.snapshotId(), volume.record));
          }
          freeze(all, ids);
          snapshots.add(records);
          return null;
        });
  }

  @Override
  public SnapshotFacts snapshotFacts(String snapshotId) {
    return locked("look at " + snapshotId, () -> snapshots.facts(snapshotId));
  }

  @Override
  public void forget(String snapshotId) {
    locked(
        "forget " + snapshotId,
        () -> {
          var was = snapshots.find(snapshotId);
          snapshots.remove(snapshotId);
          if (was.isPresent() && !snapshots.copies(snapshotId)) { // else when the copy ends
            if (was.get().isPending()) {
              region.abandon(snapshotId);
            }
            letGo(was.get().base());
          }
          return null;
        });
  }

  @Override
  public void resize(String volumeId, long sizeBytes) {
    locked(
        "resize " + volumeId,
        () -> {
          Volume volume = require(volumeId);
          long before = volume.record.sizeBytes();
          if (sizeBytes < before || sizeBytes % BlockDevice.SECTOR != 0) {
            throw new InvalidArgument("size", sizeBytes, "a multiple of 512, at least " + before);
          }
          if (sizeBytes == before) {
            return null;
          }
          volume.device.pause();
          try {
            Layer head = volume.device.chain().head();
            head.grow(sizeBytes);
            save(volume, volume.record.sized(sizeBytes));
            volume.device.grow(sizeBytes);
          } finally {
            volume.device.resume();
          }
          return null;
        });
  }

  @Override
  public void limit(String volumeId, Limits limits) {
    locked(
        "limit " + volumeId,
        () -> {
          Volume volume = require(volumeId);
          save(volume, volume.record.limited(limits));
          volume.limiter.change(limits);
          return null;
        });
  }

  /** Copies the next pending snapshot to the region; called by one thread, until false. */
  public boolean work() {
    record Job(SnapshotRecord snapshot, Chain chain) {}
    Optional<Job> job =
        locked(
            "find work",
            () -> {
              var next = snapshots.next();
              return next.isEmpty()
                  ? Optional.<Job>empty()
                  : Optional.of(
                      new Job(next.get(), layers.chain(next.get().chain(), next.get().base())));
            });
    if (job.isEmpty()) {
      return false;
    }
    SnapshotRecord snapshot = job.get().snapshot();
    try {
      var stored =
          new Uploads(region)
              .copy(snapshot, job.get().chain(), p -> snapshots.progress(snapshot.id(), p));
      stored.ifPresentOrElse(
          bytes ->
              locked(
                  "complete " + snapshot.id(),
                  () -> snapshots.end(snapshot.id(), new SnapshotFacts.Completed(bytes))),
          () -> region.abandon(snapshot.id()));
    } catch (IOException e) {
      throw Disk.failure("copy " + snapshot.id(), e);
    } finally {
      locked(
          "sweep",
          () -> {
            snapshots.copied();
            letGo(snapshot.base());
            return null;
          });
    }
    return true;
  }

  @Override
  public void close() {
    locked(
        "close the pool",
        () -> {
          for (Volume volume : volumes.values()) {
            volume.sessions.forEach(Session::cut);
            volume.device.flush();
            Base base = volume.device.chain().base();
            if (base != null) {
              base.flush();
            }
          }
          layers.close();
          return null;
        });
    try {
      held.close();
    } catch (IOException e) {
      throw Disk.failure("let go of the pool", e);
    }
  }
}
