package stowage.cloud;

import java.util.List;
import java.util.Map;

/**
 * Snapshots to take of an instance's volumes at one instant.
 *
 * @param excludeBoot leave the root device out
 * @param exclude data volumes to leave out
 * @param copyTags give each snapshot its volume's tags, too
 */
public record CreateSnapshots(
    String instanceId,
    String description,
    boolean excludeBoot,
    List<String> exclude,
    boolean copyTags,
    Map<String, String> tags,
    boolean dryRun) {}
