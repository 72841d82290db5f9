package stowage.cloud;

/** The EBS direct API: a snapshot's blocks, read and written. Any thread may call. */
public final class DirectSnapshots {
  DirectSnapshots() {}

  /** Begins a snapshot whose blocks are put. */
  public EbsSnapshot start(StartSnapshot request) {
    throw Region.later("EBS direct snapshots are");
  }

  /**
   * Puts a block, again if need be; durable at the latest when the snapshot is completed. The
   * checksum.
   */
  public String put(PutBlock request) {
    throw Region.later("EBS direct snapshots are");
  }

  /** All blocks are put; what they are compared with may make the snapshot fail later. */
  public SnapshotState complete(String snapshotId, SnapshotOrigin.Completion completion) {
    throw Region.later("EBS direct snapshots are");
  }

  /** Which blocks there are, or differ. */
  public BlockPage list(ListBlocks request) {
    throw Region.later("EBS direct snapshots are");
  }

  /** Reads a block, verified. */
  public BlockBytes get(String snapshotId, long index, String token) {
    throw Region.later("EBS direct snapshots are");
  }
}
