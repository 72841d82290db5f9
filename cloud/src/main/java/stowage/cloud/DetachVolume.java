package stowage.cloud;

import java.util.Optional;

/**
 * A volume to detach.
 *
 * @param instanceId must be said if it is attached to several
 * @param device must be that of the attachment, if said
 * @param force even if its device is held; no write of the holder arrives afterwards
 */
public record DetachVolume(
    String volumeId,
    Optional<String> instanceId,
    Optional<String> device,
    boolean force,
    boolean dryRun) {}
