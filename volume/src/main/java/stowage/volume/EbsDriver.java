package stowage.volume;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import stowage.base.ByteStrings;
import stowage.base.PlatformThread;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.NotFound;
import stowage.linux.Attributes;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.store.Records;

/**
 * The {@code ebs} driver: an EBS volume of this host's zone with a filesystem on it, attached and
 * mounted while a container of this host uses it, and shared by all of them.
 *
 * <p>{@code <root>/ebs} is closed to everybody but root, as local volumes are. What the region is
 * to do is written down here before it is asked for, so that after a crash at any point it is known
 * what to finish or to undo: docs/formats/volume.md.
 */
public final class EbsDriver implements VolumeDriver {
  private static final System.Logger LOG = System.getLogger("stowage.volume");

  private final Path folder;
  private final Records records;
  private final EbsNames names;
  private final EbsAttacher attacher;
  private final EbsMount mounts;
  private final Slots locks = new Slots(); // one for each name, never two at once
  private final Map<String, String> ids = new ConcurrentHashMap<>(); // by name

  /** Bytes that the devices of mounted volumes had when their filesystems were given all of it. */
  private final Map<String, Long> sizes = new ConcurrentHashMap<>();

  /**
   * Whether {@link #tidy} has begun in this life. Before, the agent is starting, and must not wait
   * for a region that may not be there: what is to be detached then is left to it.
   */
  private volatile boolean started;

  /** Ids of what is to be taken back from the region; each is tried again until it is. */
  private final Set<String> leftovers = ConcurrentHashMap.newKeySet();

  /**
   * Mounts volumes under {@code <root>/ebs}.
   *
   * @param records the agent's own
   */
  public EbsDriver(Path root, Records records, EbsHost host, Filesystems tools) {
    this(root, records, new CloudRegion(host), tools);
  }

  EbsDriver(Path root, Records records, EbsRegion region, Filesystems tools) {
    this.folder = root.resolve("ebs");
    this.records = records;
    this.names = new EbsNames(region);
    this.attacher = new EbsAttacher(region);
    this.mounts = new EbsMount(tools);
  }

  @Override
  public void checkOptions(Map<String, String> options) {
    var unused = EbsOptions.parse(options);
  }

  /** Asks nothing of the region, which may not be reachable yet: {@link #tidy} does. */
  @Override
  public void recover(Map<String, String> volumes) {
    ids.putAll(volumes);
    var live = new HashSet<>(volumes.values());
    records
        .list(EbsRecord.KIND)
        .forEach(
            (id, body) -> {
              if (!live.contains(id)) {
                leftovers.add(id);
              }
            });
  }

  @Override
  public void create(String name, String id, Map<String, String> options) {
    started = true; // whoever asks for a volume waits for the region anyway
    var wanted = EbsOptions.parse(options);
    var record = EbsRecord.fresh(name, id, wanted.filesystem());
    exclusively(
        name,
        () -> {
          records.commit(record.put());
          try {
            names.create(name, id, wanted);
          } catch (StowageException e) {
            leftovers.add(id);
            undo(id, e);
            throw e;
          }
          ids.put(name, id);
          return null;
        });
  }

  private void undo(String id, StowageException because) {
    try {
      takeBack(id);
    } catch (StowageException e) {
      because.addSuppressed(e); // tidy tries again
    }
  }

  /** Undoes whatever is of a volume that is no more. */
  private void takeBack(String id) {
    started = true;
    var body = records.find(EbsRecord.KIND, id);
    if (body.isPresent()) {
      var record = EbsRecord.read(id, body.get());
      letGo(record);
      names.retire(record.name(), id);
      names.destroy(id);
      records.commit(record.delete());
    }
    leftovers.remove(id);
  }

  @Override
  public void retire(String name, String id) {
    exclusively(
        name,
        () -> {
          started = true;
          var record = find(id);
          letGo(record);
          records.commit(find(id).retired(true).put());
          names.retire(name, id);
          return null;
        });
  }

  @Override
  public void restore(String name, String id) {
    exclusively(
        name,
        () -> {
          var record = find(id);
          if (record.retired()) {
            names.restore(name, id);
            records.commit(record.retired(false).put());
          }
          return null;
        });
  }

  @Override
  public void destroy(String name, String id) {
    leftovers.add(id);
    ids.remove(name, id);
    exclusively(
        name,
        () -> {
          takeBack(id);
          return null;
        });
  }

  @Override
  public String mountpoint(String name) {
    return folder.resolve(name).toString();
  }

  @Override
  public void mount(Volume volume) {
    exclusively(
        volume.name(),
        () -> {
          var record = require(volume.name());
          mount(record);
          if (record.filling()) {
            inTree(
                record,
                fill -> {
                  fill.finish();
                  return true;
                });
          }
          return null;
        });
  }

  private void mount(EbsRecord found) {
    String target = mountpoint(found.name());
    if (EbsMount.at(target).isPresent()) {
      return;
    }
    started = true;
    var record = found;
    if (record.retired()) { // a removal that a crash stopped before the volume's record went
      names.restore(record.name(), record.id());
      record = save(record.retired(false));
    }
    var ebs = names.require(record.name());
    if (!attacher.isAttached(ebs)) {
      record = save(record.attached(true));
    }
    var device = attacher.attach(record.name(), ebs);
    try {
      String type = filesystem(record, ebs.id(), device);
      makeDirectory(target);
      mounts.mount(ebs.id(), device.path(), type, target);
      LOG.log(INFO, "ebs.mounted volume={0} name={1}", ebs.id(), record.name());
      if (mounts.hasGrown(device.path(), type)) {
        mounts.growUnused(ebs.id(), device.path(), type, target);
      }
      sizes.put(record.name(), EbsMount.sizeBytes(device.path()));
    } catch (StowageException e) {
      giveUp(record.name(), e);
      throw e;
    }
  }

  /** The type of what is on the device; made first if the device is blank. */
  private String filesystem(EbsRecord record, String volumeId, EbsAttacher.Device device) {
    // Only this host has had the volume since: each attachment has the next epoch.
    boolean halfMade = record.formatting() != 0 && device.epoch() - record.formatting() <= 1;
    if (!halfMade) {
      var found = mounts.look(volumeId, device.path());
      if (found.isPresent()) {
        return found.get();
      }
    }
    var begun = save(record.formatting(device.epoch()));
    mounts.format(volumeId, device.path(), record.filesystem(), halfMade);
    save(begun.formatting(0));
    return record.filesystem();
  }

  private void makeDirectory(String target) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Files.createDirectories(Path.of(target));
    } catch (IOException e) {
      throw Failures.of("make " + target, e);
    }
  }

  private void giveUp(String name, StowageException because) {
    try {
      letGo(require(name));
    } catch (StowageException e) {
      because.addSuppressed(e); // tidy tries again
    }
  }

  @Override
  public void unmount(Volume volume) {
    exclusively(
        volume.name(),
        () -> {
          var id = ids.get(volume.name());
          var body = id == null ? null : records.find(EbsRecord.KIND, id).orElse(null);
          if (body != null) {
            try {
              letGo(EbsRecord.read(id, body));
            } catch (StowageException e) { // whoever holds it will let go, and then tidy does it
              LOG.log(WARNING, "ebs.kept name={0} reason={1}", volume.name(), e.getMessage());
            }
          }
          return null;
        });
  }

  /** Unmounts, and detaches what this driver attached. */
  private void letGo(EbsRecord found) {
    var record = found;
    String target = mountpoint(record.name());
    if (EbsMount.at(target).isPresent()) {
      record = save(record.usedBytes(EbsMount.usedBytes(target)));
      EbsMount.unmount(target);
      sizes.remove(record.name());
    }
    if (record.attached() && started) {
      var ebs = names.find(record.name());
      if (ebs.isPresent()) {
        attacher.detach(ebs.get().id(), false);
      }
      save(record.attached(false));
    }
    try {
      Files.deleteIfExists(Path.of(target));
    } catch (IOException e) {
      LOG.log(WARNING, "ebs.mountpoint.left path={0} reason={1}", target, e.getMessage());
    }
  }

  @Override
  public boolean fill(Volume volume, Fd source) {
    return withTree(volume.name(), fill -> fill.run(source));
  }

  @Override
  public void own(Volume volume, Owner owner) {
    withTree(
        volume.name(),
        fill -> {
          EbsMount.dropLostAndFound(mountpoint(volume.name()));
          if (fill.isEmpty()) {
            try (var top = EbsMount.open(mountpoint(volume.name()))) {
              Attributes.fchown(top, owner.uid(), owner.gid());
              Io.syncfs(top);
            }
          }
          return true;
        });
  }

  private interface TreeWork {
    boolean run(EbsFill fill) throws IOException;
  }

  /** Mounts for as long as the work takes. */
  private boolean withTree(String name, TreeWork work) {
    return exclusively(
        name,
        () -> {
          boolean mounted = EbsMount.at(mountpoint(name)).isPresent();
          mount(require(name));
          try {
            return inTree(save(require(name).filling(true)), work);
          } finally {
            if (!mounted) {
              letGoQuietly(name);
            }
          }
        });
  }

  private boolean inTree(EbsRecord record, TreeWork work) {
    try {
      boolean done = work.run(new EbsFill(mountpoint(record.name()), record.id()));
      save(require(record.name()).filling(false));
      return done;
    } catch (IOException e) {
      throw Failures.of("initialise volume " + record.name(), e);
    }
  }

  private void letGoQuietly(String name) {
    try {
      letGo(require(name));
    } catch (StowageException e) {
      LOG.log(WARNING, "ebs.kept name={0} reason={1}", name, e.getMessage());
    }
  }

  @Override
  public long usageBytes(Volume volume) {
    String target = mountpoint(volume.name());
    if (EbsMount.at(target).isPresent()) {
      return EbsMount.usedBytes(target);
    }
    return Math.max(0, require(volume.name()).usedBytes());
  }

  /**
   * Now and then: takes back what a crash or an unreachable region left, detaches what was still
   * held when its last container ended, and gives filesystems the room their devices have got.
   */
  public void tidy() {
    started = true;
    for (var id : List.copyOf(leftovers)) {
      records
          .find(EbsRecord.KIND, id)
          .ifPresentOrElse(
              body -> quietly(EbsRecord.read(id, body), record -> takeBack(record.id())),
              () -> leftovers.remove(id));
    }
    for (var record : all()) {
      if (!leftovers.contains(record.id())) {
        quietly(record, this::tidy);
      }
    }
  }

  private interface Chore {
    void run(EbsRecord record);
  }

  private void quietly(EbsRecord seen, Chore chore) {
    try {
      exclusively(
          seen.name(),
          () -> {
            records
                .find(EbsRecord.KIND, seen.id())
                .ifPresent(body -> chore.run(EbsRecord.read(seen.id(), body)));
            return null;
          });
    } catch (StowageException e) {
      LOG.log(INFO, "ebs.untidy name={0} reason={1}", seen.name(), e.getMessage());
    }
  }

  private void tidy(EbsRecord record) {
    var mounted = EbsMount.at(mountpoint(record.name()));
    if (record.retired()) {
      names.restore(record.name(), record.id());
      save(record.retired(false));
    } else if (mounted.isPresent()) {
      grow(record.name(), ByteStrings.text(mounted.get().source()), mounted.get().type());
    } else if (record.attached()) {
      letGo(record);
    }
  }

  /** Tried once for each size the device has had. */
  private void grow(String name, String device, String type) {
    long size = EbsMount.sizeBytes(device);
    var before = sizes.put(name, size);
    if (before == null ? mounts.hasGrown(device, type) : before < size) {
      mounts.grow(device, type, mountpoint(name));
    }
  }

  private List<EbsRecord> all() {
    var all = new ArrayList<EbsRecord>();
    records.list(EbsRecord.KIND).forEach((id, body) -> all.add(EbsRecord.read(id, body)));
    return all;
  }

  private EbsRecord save(EbsRecord record) {
    records.commit(record.put());
    return record;
  }

  private EbsRecord find(String id) {
    return records
        .find(EbsRecord.KIND, id)
        .map(body -> EbsRecord.read(id, body))
        .orElseThrow(() -> new NotFound(Resource.VOLUME, id));
  }

  private EbsRecord require(String name) {
    var id = ids.get(name);
    if (id == null) {
      throw new NotFound(Resource.VOLUME, name);
    }
    return find(id);
  }

  /** Storage may take its time, and a virtual thread would hold a carrier. */
  private <T> T exclusively(String name, Supplier<T> work) {
    return PlatformThread.call("ebs " + name, () -> locks.with(name, _ -> work.get()));
  }
}
