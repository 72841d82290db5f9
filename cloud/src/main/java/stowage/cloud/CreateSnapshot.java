package stowage.cloud;

import java.util.Map;

/** A snapshot to take of a volume as it is now. */
public record CreateSnapshot(
    String volumeId, String description, Map<String, String> tags, boolean dryRun) {}
