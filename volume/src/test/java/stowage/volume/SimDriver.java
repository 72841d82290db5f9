package stowage.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import stowage.linux.Fd;
import stowage.store.Disk;

/** The local driver's protocols on a simulated disk; the first content is two files. */
final class SimDriver implements VolumeDriver {
  static final byte[] CONTENT = new byte[1500];

  static {
    Arrays.fill(CONTENT, (byte) 'x');
  }

  private final Disk disk;
  private final Places places;

  SimDriver(Disk disk) {
    this.disk = disk;
    this.places = new Places(disk, _ -> {});
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw Failures.of("use the disk", e);
    }
  }

  @Override
  public void checkOptions(Map<String, String> options) {}

  @Override
  public void recover(Map<String, String> ids) {
    run(() -> places.recover(ids));
  }

  @Override
  public void create(String name, String id, Map<String, String> options) {
    run(() -> places.create(name));
  }

  @Override
  public void retire(String name, String id) {
    run(() -> places.retire(name, id));
  }

  @Override
  public void restore(String name, String id) {
    run(() -> places.restore(name, id));
  }

  @Override
  public void destroy(String name, String id) {
    run(() -> places.destroy(id));
  }

  @Override
  public String mountpoint(String name) {
    return "/" + Places.data(name);
  }

  @Override
  public void mount(Volume volume) {}

  @Override
  public void unmount(Volume volume) {}

  @Override
  public boolean fill(Volume volume, Fd source) {
    boolean[] filled = {false};
    run(
        () -> {
          if (places.isEmpty(volume.name())) {
            staged(volume.name());
            filled[0] = true;
          }
        });
    return filled[0];
  }

  @Override
  public void own(Volume volume, Owner owner) {}

  @Override
  public long usageBytes(Volume volume) {
    return 0;
  }

  private void staged(String name) throws IOException {
    try {
      String init = places.stage(name);
      for (String file : List.of("a", "b")) {
        try (var made = disk.create(init + "/" + file)) {
          made.write(ByteBuffer.wrap(CONTENT));
        }
      }
      places.publish(name);
    } catch (IOException e) {
      try {
        places.finish(name);
      } catch (IOException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }
}
