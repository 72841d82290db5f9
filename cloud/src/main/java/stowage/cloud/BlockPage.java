package stowage.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Some of a snapshot's blocks, by index.
 *
 * @param blocks with the tokens that read them
 * @param expiry until when the tokens are good
 * @param sizeGib of the snapshot
 * @param nextToken names where the next page starts; empty: this was the last
 */
public record BlockPage(
    List<Block> blocks, Instant expiry, long sizeGib, Optional<String> nextToken) {
  public BlockPage {
    blocks = List.copyOf(blocks);
  }

  /**
   * A block.
   *
   * @param token reads it in the snapshot, of two in the second; empty: not there any more
   * @param firstToken reads it in the first of two; empty: not there, or only one is listed
   */
  public record Block(long index, Optional<String> token, Optional<String> firstToken) {}
}
