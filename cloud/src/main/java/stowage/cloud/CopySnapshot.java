package stowage.cloud;

import java.util.Map;

/**
 * A snapshot to copy within the region.
 *
 * @param sourceRegion must be this region
 */
public record CopySnapshot(
    String sourceRegion,
    String sourceSnapshotId,
    String description,
    Encryption encryption,
    Map<String, String> tags,
    Call call) {}
