package stowage.cloud;

/**
 * A volume to attach.
 *
 * @param device as in /dev/sdf
 */
public record AttachVolume(String volumeId, String instanceId, String device, boolean dryRun) {}
