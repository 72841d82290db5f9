package stowage.cloud;

/** A volume to grow or to change in type or speed, attached or not. */
public record ModifyVolume(String volumeId, AskedConfig config, boolean dryRun) {}
