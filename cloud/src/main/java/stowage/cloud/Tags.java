package stowage.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tags of a region's volumes, snapshots and instances. Any thread may call. */
public final class Tags {
  Tags() {}

  /** Sets tags on all of these, or on none. */
  public void create(List<String> resourceIds, Map<String, String> tags, boolean dryRun) {
    throw Region.later();
  }

  /**
   * Removes tags; an empty value in the map means only a tag without a value, an absent one any.
   */
  public void delete(List<String> resourceIds, Map<String, Optional<String>> tags, boolean dryRun) {
    throw Region.later();
  }

  /** Those that match, by resource and key. */
  public Page<Tagged> describe(Query query) {
    throw Region.later();
  }
}
