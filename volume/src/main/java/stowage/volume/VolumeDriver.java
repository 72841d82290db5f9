package stowage.volume;

import java.util.Map;
import stowage.linux.Fd;

/**
 * Where the bytes of volumes are: this host's disk, an NFS server, a block device.
 *
 * <p>{@link Volumes} calls it for one volume at a time, never twice at once for the same, and
 * counts mounts: a driver sees the first and the last only. Every call may block for as long as
 * storage does.
 */
public interface VolumeDriver {
  /**
   * Refuses options it does not have, before anything is made.
   *
   * @throws stowage.base.StowageException.InvalidArgument with the reason alone
   */
  void checkOptions(Map<String, String> options);

  /**
   * At start: finishes or undoes what a crash left half done.
   *
   * @param ids of this driver's volumes, by name
   */
  void recover(Map<String, String> ids);

  /** Makes the place; durable when it returns; there already is fine. */
  void create(String name, String id, Map<String, String> options);

  /**
   * Takes the place out of sight, all or nothing and durable; there no more is fine. {@link
   * #destroy} follows when the volume's record is gone, {@link #restore} when it is not.
   */
  void retire(String name, String id);

  /** Undoes {@link #retire}; not retired is fine. */
  void restore(String name, String id);

  /** Frees the space of what was retired. What fails here is done at the next start. */
  void destroy(String name, String id);

  /** The host path of the content, mounted or not. */
  String mountpoint(String name);

  /** Makes the content visible at {@link #mountpoint}; it already is, is fine. */
  void mount(Volume volume);

  /** Undoes {@link #mount}; not mounted is fine. */
  void unmount(Volume volume);

  /**
   * Gives an empty volume its first content, all or nothing where the storage allows: the tree in
   * {@code source}, a directory opened for reading, with its owner and mode. Durable when it
   * returns; false if there is content already.
   */
  boolean fill(Volume volume, Fd source);

  /** Gives the root of an empty volume an owner; does nothing where content is not ours to own. */
  void own(Volume volume, Owner owner);

  /** Bytes the content takes on the disk; a file with several names counts once. */
  long usageBytes(Volume volume);
}
