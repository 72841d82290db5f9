package stowage.cloud;

/** A request about a snapshot's blocks that cannot be done. */
public sealed interface InvalidBlock extends Invalid {
  /** The block lies behind the end of the volume. */
  record BeyondEnd(String snapshotId, long index, long count) implements InvalidBlock {
    @Override
    public String message() {
      return "block %d of %s is beyond its end: it has %d".formatted(index, snapshotId, count);
    }
  }

  /** The bytes are not those the checksum is of; both as base64. */
  record Checksum(String computed, String expected) implements InvalidBlock {
    @Override
    public String message() {
      return "the block's checksum is %s, not %s".formatted(computed, expected);
    }
  }

  /** A block token that is not of this block of this snapshot, or too old. */
  record BlockToken(String token) implements InvalidBlock {
    @Override
    public String message() {
      return "the block token '%s' is not valid here".formatted(token);
    }
  }

  /** A block has 512 KiB, no more and no less. */
  record Length(long length, long wanted) implements InvalidBlock {
    @Override
    public String message() {
      return "a block has %d bytes, not %d".formatted(wanted, length);
    }
  }

  /** Two snapshots that have no volume in common. */
  record Unrelated(String first, String second) implements InvalidBlock {
    @Override
    public String message() {
      return "%s and %s are not of one volume".formatted(first, second);
    }
  }
}
