package stowage.cloud;

import java.util.List;
import java.util.Set;

/** The EBS snapshots of a region. Any thread may call. */
public final class EbsSnapshots {
  EbsSnapshots() {}

  /** Takes a snapshot; answered while it is pending. */
  public EbsSnapshot create(CreateSnapshot request) {
    throw Region.later();
  }

  /** Takes snapshots of an instance's volumes at one instant. */
  public List<EbsSnapshot> createAll(CreateSnapshots request) {
    throw Region.later();
  }

  /** Copies a snapshot within the region. */
  public EbsSnapshot copy(CopySnapshot request) {
    throw Region.later();
  }

  /** Removes a snapshot; volumes made from it stay whole. */
  public void delete(String snapshotId, boolean dryRun) {
    throw Region.later();
  }

  /** Those that match, by id. */
  public Page<EbsSnapshot> describe(SnapshotQuery query) {
    throw Region.later();
  }

  /** One snapshot as it is by now, or {@link NoSuch.Snapshot}. */
  public EbsSnapshot require(String snapshotId) {
    throw Region.later();
  }

  /** Who may make volumes of it: account ids, and {@code all}. */
  public Set<String> readers(String snapshotId, boolean dryRun) {
    throw Region.later();
  }

  /** Changes who may make volumes of it. */
  public void readers(String snapshotId, Set<String> add, Set<String> remove, boolean dryRun) {
    throw Region.later();
  }

  /** Nobody else may make volumes of it. */
  public void resetReaders(String snapshotId, boolean dryRun) {
    throw Region.later();
  }
}
