package stowage.volume;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.store.Records;

/**
 * All volumes of this host. Safe for many threads; what takes long for one volume never holds up
 * another.
 *
 * <p>Errors are worded as Docker words them.
 */
public final class Volumes {

  /**
   * The volumes of these records.
   *
   * @param drivers by name; "local" is among them
   */
  public Volumes(Records records, Map<String, VolumeDriver> drivers, Events events, Time time) {}

  /**
   * At start, before anything else: finishes or undoes what a crash left half done. Holds are told
   * by the containers afterwards.
   */
  public void recover() {
    throw toCome();
  }

  /**
   * Makes a volume, durable when it returns. One of that name with the same driver is answered as it
   * is, whatever options and labels are asked for.
   *
   * @param name empty: an anonymous volume with a random name
   * @param driver empty: local
   */
  public Volume create(
      String name, String driver, Map<String, String> options, Map<String, String> labels) {
    throw toCome();
  }

  /** The same, and {@code holder} holds it before anybody could remove it. */
  public Volume createHeld(
      String name,
      String driver,
      Map<String, String> options,
      Map<String, String> labels,
      String holder) {
    throw toCome();
  }

  public Optional<Volume> find(String name) {
    throw toCome();
  }

  /** The volume, or NotFound "get x: no such volume". */
  public Volume require(String name) {
    throw toCome();
  }

  /** Those that match, by name. */
  public List<Volume> list(VolumeFilter filter) {
    throw toCome();
  }

  /**
   * Removes a volume for good.
   *
   * @param force whether one that is not there is fine
   * @throws StowageException.InUse if a container holds it, even a stopped one, even when forced
   */
  public void remove(String name, boolean force) {
    throw toCome();
  }

  /**
   * Removes what nobody holds and the filter means.
   *
   * @param all whether named volumes too, or anonymous ones only
   */
  public Pruned prune(VolumeFilter filter, boolean all) {
    throw toCome();
  }

  /** Keeps a volume from being removed, while container {@code holder} exists. */
  public void hold(String name, String holder) {
    throw toCome();
  }

  /** Undoes {@link #hold}; not held is fine. */
  public void release(String name, String holder) {
    throw toCome();
  }

  /** Who holds a volume. */
  public Set<String> holders(String name) {
    throw toCome();
  }

  /** Makes a volume's content visible for a running container: its host path. */
  public String mount(String name, String holder) {
    throw toCome();
  }

  /** Undoes {@link #mount}; not mounted by that holder is fine. */
  public void unmount(String name, String holder) {
    throw toCome();
  }

  /** Bytes a volume takes on the disk; a file with several names counts once. */
  public long usageBytes(String name) {
    throw toCome();
  }

  private static StowageException toCome() {
    return new StowageException.Unsupported("to come");
  }

  /** What a prune did. */
  public record Pruned(List<String> names, long bytes) {
    public Pruned {
      names = List.copyOf(names);
    }
  }
}
