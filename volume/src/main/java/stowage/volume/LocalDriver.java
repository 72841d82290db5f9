package stowage.volume;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stowage.base.ByteStrings;
import stowage.base.PlatformThread;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Attributes;
import stowage.linux.Fd;
import stowage.linux.MountTable;
import stowage.linux.Open;
import stowage.store.Disk;

/**
 * The {@code local} driver: a directory of this host, or with the options {@code type}, {@code
 * device} and {@code o} any filesystem the kernel can mount there.
 *
 * <p>{@code <root>/volumes} is closed to everybody but root: what a container makes set-user-id in
 * a volume is not to be found by a user of the host (CVE-2021-41091).
 */
public final class LocalDriver implements VolumeDriver {
  private static final List<String> OPTIONS = List.of("type", "device", "o", "size");
  private static final int DATA_MODE = 0755;

  private final Path root;
  private final Places places;

  /**
   * Keeps volumes under {@code <root>/volumes}.
   *
   * @param disk the same directory
   */
  public LocalDriver(Path root, Disk disk) {
    this.root = root;
    this.places = new Places(disk, this::fresh);
  }

  @Override
  public void checkOptions(Map<String, String> options) {
    for (String option : options.keySet()) {
      if (!OPTIONS.contains(option)) {
        throw new InvalidArgument("invalid option: \"%s\"".formatted(option));
      }
    }
    if (options.containsKey("size")) {
      throw new InvalidArgument("quota size requested but no quota support");
    }
    require(options, "type", "device");
    require(options, "device", "type");
    require(options, "o", "device");
  }

  private static void require(Map<String, String> options, String option, String needs) {
    if (options.containsKey(option) && !options.containsKey(needs)) {
      throw new InvalidArgument("missing required option: \"%s\"".formatted(needs));
    }
  }

  @Override
  public void recover(Map<String, String> ids) {
    run("recover volumes", () -> places.recover(ids));
  }

  @Override
  public void create(String name, String id, Map<String, String> options) {
    run("create volume " + name, () -> places.create(name));
  }

  @Override
  public void retire(String name, String id) {
    run("remove volume " + name, () -> places.retire(name, id));
  }

  @Override
  public void restore(String name, String id) {
    run("restore volume " + name, () -> places.restore(name, id));
  }

  @Override
  public void destroy(String name, String id) {
    runLong("remove volume " + name, () -> places.destroy(id));
  }

  @Override
  public String mountpoint(String name) {
    return root.resolve(Places.data(name)).toString();
  }

  @Override
  public void mount(Volume volume) {
    run(
        "find volume " + volume.name(),
        () -> {
          if (!places.exists(Places.data(volume.name()))) {
            throw new StowageException.Failed(
                "volume %s has lost its directory %s".formatted(volume.name(), volume.mountpoint()),
                null);
          }
          if (!volume.options().isEmpty() && !isMounted(volume)) {
            LocalMount.mount(volume, root);
          }
        });
  }

  @Override
  public void unmount(Volume volume) {
    if (!volume.options().isEmpty()) {
      run(
          "unmount volume " + volume.name(),
          () -> {
            if (isMounted(volume)) {
              LocalMount.unmount(volume);
            }
          });
    }
  }

  private static boolean isMounted(Volume volume) throws IOException {
    return MountTable.at(ByteStrings.ofText(volume.mountpoint())).isPresent();
  }

  @Override
  public boolean fill(Volume volume, Fd source) {
    boolean[] filled = {false};
    runLong(
        "initialise volume " + volume.name(),
        () ->
            filled[0] =
                volume.options().isEmpty() ? staged(volume, source) : direct(volume, source));
    return filled[0];
  }

  private boolean staged(Volume volume, Fd source) throws IOException {
    String name = volume.name();
    if (!places.isEmpty(name)) {
      return false;
    }
    try {
      try (var target = open(root.resolve(places.stage(name)))) {
        CopyTree.copy(source, target);
      }
      places.publish(name);
      return true;
    } catch (IOException e) {
      finish(name, e);
      throw e;
    }
  }

  private void finish(String name, IOException because) {
    try {
      places.finish(name);
    } catch (IOException e) {
      because.addSuppressed(e); // the next start does it
    }
  }

  /** Into a filesystem of the user's, which may be a bind: nothing can be renamed there. */
  private boolean direct(Volume volume, Fd source) throws IOException {
    if ("tmpfs".equals(volume.options().get("type"))) {
      return false; // gone with the last unmount, which is before the first start
    }
    mount(volume);
    try (var target = open(Path.of(volume.mountpoint()))) {
      if (!stowage.linux.Directory.list(target).isEmpty()) {
        return false;
      }
      CopyTree.copy(source, target);
      stowage.linux.Io.syncfs(target);
      return true;
    } finally {
      unmount(volume);
    }
  }

  @Override
  public void own(Volume volume, Owner owner) {
    if (volume.options().isEmpty()) {
      run(
          "own volume " + volume.name(),
          () -> {
            if (places.isEmpty(volume.name())) {
              try (var data = open(Path.of(volume.mountpoint()))) {
                Attributes.fchown(data, owner.uid(), owner.gid());
                stowage.linux.Io.fsync(data);
              }
            }
          });
    }
  }

  @Override
  public long usageBytes(Volume volume) {
    long[] bytes = {0};
    runLong(
        "measure volume " + volume.name(),
        () -> {
          try (var data = open(Path.of(volume.mountpoint()))) {
            bytes[0] = TreeUsage.bytes(data);
          }
        });
    return bytes[0];
  }

  private static Fd open(Path directory) throws IOException {
    return Open.open(ByteStrings.ofPath(directory), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  }

  private void fresh(String data) throws IOException {
    try (var fd = open(root.resolve(data))) {
      Attributes.fchmod(fd, DATA_MODE);
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void run(String doing, Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw Failures.of(doing, e);
    }
  }

  /** The same for what takes as long as the volume is big. */
  private static void runLong(String doing, Action action) {
    PlatformThread.run(doing, () -> run(doing, action));
  }
}
