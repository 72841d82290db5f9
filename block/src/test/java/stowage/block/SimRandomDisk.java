package stowage.block;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import stowage.store.Disk;
import stowage.store.DiskFile;

/**
 * The {@link RandomDisk} that exists only in memory: names as on a simulated disk, and under each
 * name a {@link SimFile}. A step of a file is a step of the disk, so that the power fails there
 * too. No name may be used twice.
 */
final class SimRandomDisk implements RandomDisk {
  /** An empty folder; syncing it changes nothing but is a step. */
  static final String STEPS = "steps";

  private final Disk disk;
  private final Map<String, SimFile> files = new HashMap<>();

  SimRandomDisk(Disk disk) {
    this.disk = disk;
  }

  /** What is under the names of another disk, which is what a crash left of this one's. */
  SimRandomDisk crashed(Disk names, Random random) {
    var after = new SimRandomDisk(names);
    SimFile.Fate[] fates = SimFile.Fate.values();
    files.forEach(
        (name, file) -> {
          var fate = fates[random.nextInt(fates.length)];
          after.files.put(name, file.crashed(random, fate, none(), operation -> {}));
        });
    return after;
  }

  private static Faults none() {
    return new Faults(new Random(0));
  }

  private void step(String operation) {
    try {
      disk.syncDirectory(STEPS);
    } catch (IOException e) {
      throw new AssertionError(operation, e);
    }
  }

  @Override
  public RandomFile createRandom(String name, long size) throws IOException {
    disk.create(name).close();
    var file = new SimFile(0, none(), this::step);
    files.put(name, file);
    file.resize(size);
    return file;
  }

  @Override
  public RandomFile openRandom(String name) throws IOException {
    if (disk.size(name).isEmpty()) {
      throw new NoSuchFileException(name);
    }
    return files.get(name);
  }

  @Override
  public boolean clones() {
    return false;
  }

  @Override
  public void cloneFile(String from, String to) throws IOException {
    throw new IOException("blocks are not shared here");
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return disk.create(name);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return disk.open(name);
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    return disk.size(name);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void makeDirectory(String name) throws IOException {
    disk.makeDirectory(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void replace(String from, String to) throws IOException {
    disk.replace(from, to);
  }

  @Override
  public boolean remove(String name) throws IOException {
    return disk.remove(name);
  }

  @Override
  public boolean removeTree(String name) throws IOException {
    return disk.removeTree(name);
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    disk.syncDirectory(name);
  }

  @Override
  public void syncTree(String name) throws IOException {
    disk.syncTree(name);
  }
}
