package stowage.image;

import java.util.List;

/**
 * What a prune did.
 *
 * @param reclaimedBytes the bytes of the files in the layers that are gone
 */
public record Pruned(List<Removal> removals, long reclaimedBytes) {
  public Pruned {
    removals = List.copyOf(removals);
  }
}
