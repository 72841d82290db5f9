package stowage.block;

/** A snapshot to take: its id ({@code snap-...}) and the volume it is of. */
public record SnapshotSpec(String snapshotId, String volumeId) {}
