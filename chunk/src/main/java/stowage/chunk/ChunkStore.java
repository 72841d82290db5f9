package stowage.chunk;

/** Placeholder so that the module compiles; see docs/formats. */
public final class ChunkStore {
  /** Bytes in a chunk: EBS's snapshot block. */
  public static final int CHUNK = 512 << 10;

  private ChunkStore() {}
}
