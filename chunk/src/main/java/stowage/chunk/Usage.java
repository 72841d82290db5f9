package stowage.chunk;

/**
 * What a snapshot takes in the chunk store, in bytes on disk.
 *
 * @param logicalBytes of its chunks that are not all zero, before they were packed
 * @param fullBytes of everything it names
 * @param exclusiveBytes of what only it names: deleting it would free these
 */
public record Usage(long logicalBytes, long fullBytes, long exclusiveBytes) {
  /** What others name too. */
  public long sharedBytes() {
    return fullBytes - exclusiveBytes;
  }
}
