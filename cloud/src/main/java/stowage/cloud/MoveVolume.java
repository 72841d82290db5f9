package stowage.cloud;

import java.util.Map;

/**
 * A volume to bring to another zone.
 *
 * @param keepSource the old one stays: a clone, in any zone
 * @param tags to set on the new volume besides those of the old one
 */
public record MoveVolume(
    String volumeId, String zone, boolean keepSource, Map<String, String> tags, boolean dryRun) {}
