package stowage.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A computer with a {@link SimDisk} and {@link SimRecords} whose power can fail at any step; see
 * {@link CrashStates}.
 */
public final class SimMachine {
  /** What happens after each step that changed the disk or the records. */
  interface Watch {
    void step(SimMachine machine);
  }

  private final SimDisk disk;
  private final SimRecords records;
  private final List<Object> acknowledged;
  private Watch watch = machine -> {};
  private boolean isWatched;

  /** A new machine, empty. */
  public SimMachine() {
    disk = new SimDisk(this, SimNode.directory());
    records = new SimRecords(this, Map.of());
    acknowledged = new ArrayList<>();
  }

  /** What another machine is after a crash that left this of its disk. */
  SimMachine(SimMachine before, SimNode root) {
    disk = new SimDisk(this, root);
    records = new SimRecords(this, before.records.kinds());
    acknowledged = new ArrayList<>(before.acknowledged);
  }

  public SimDisk disk() {
    return disk;
  }

  public SimRecords records() {
    return records;
  }

  /** Notes that the client was told so: from now on no crash may take it back. */
  public void acknowledge(Object what) {
    acknowledged.add(what);
    step();
  }

  /** What the client was told before the crash, in order. */
  public List<Object> acknowledged() {
    return acknowledged;
  }

  void watch(Watch by) {
    watch = by;
  }

  void step() {
    if (!isWatched) {
      isWatched = true;
      watch.step(this);
      isWatched = false;
    }
  }

  @Override
  public String toString() {
    return "acknowledged %s, files %s, records %s"
        .formatted(acknowledged, disk.everything(), records.kinds());
  }
}
