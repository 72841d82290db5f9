package stowage.block;

import java.util.List;

/**
 * The volumes of one zone and what is done with them. One process has a zone's pool; others speak
 * with that process through this same interface.
 *
 * <p>Every call that changes something is durable when it returns, and idempotent: the same call
 * again (after a crash nobody knows whether the first came through) does nothing and answers the
 * same. Who asks, and whether the rules of EC2 allow it, is not asked here.
 */
public interface Zone {
  /** Makes a volume. AlreadyExists if there is one of that id with another spec. */
  void create(VolumeSpec spec);

  /** Removes a volume and frees what only it holds; not there is fine. InUse while attached. */
  void delete(String volumeId);

  /** Facts of one volume, or NotFound. */
  VolumeFacts facts(String volumeId);

  /** The ids of all volumes here, sorted. */
  List<String> volumes();

  /** Admits an attachment and makes its device. WrongState if its epoch is past. */
  Attached attach(Attach attach);

  /**
   * Ends the instance's attachment of this epoch or a lower one; not attached is fine, and one of a
   * higher epoch stays. From then on an {@link #attach} of this instance with this epoch or a lower
   * one is past: a call that was held up somewhere neither cuts a newer attachment nor comes back.
   *
   * @param force cut it even if its device is held; no request of it is served afterwards
   * @throws stowage.base.StowageException.InUse naming the holders, if not forced
   */
  void detach(String volumeId, String instanceId, long epoch, boolean force);

  /**
   * Takes snapshots of several volumes at one instant, O(1) whatever their sizes; filesystems
   * mounted from them are frozen meanwhile. The copy to the region follows in the background.
   */
  void snapshot(List<SnapshotSpec> snapshots);

  /** How far a snapshot taken here is, or NotFound. */
  SnapshotFacts snapshotFacts(String snapshotId);

  /** Lets go of what is kept here for a snapshot and ends its copy; not known is fine. */
  void forget(String snapshotId);

  /**
   * Grows a volume, attached or not; the device of an attachment grows with it. A size that is not
   * above the present one changes nothing.
   */
  void resize(String volumeId, long sizeBytes);

  /** Changes what is allowed, at once. */
  void limit(String volumeId, Limits limits);
}
