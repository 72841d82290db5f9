package stowage.block;

/** How far the copy of a snapshot into the region's chunk store is. */
public sealed interface SnapshotFacts {
  /** Chunks are being stored; {@code percent} 0..99. */
  record Pending(int percent) implements SnapshotFacts {}

  /** Its manifest and all its chunks are durable; {@code storedBytes} were new to the region. */
  record Completed(long storedBytes) implements SnapshotFacts {}

  /** It cannot be completed; {@code reason} is for people. */
  record Error(String reason) implements SnapshotFacts {}
}
