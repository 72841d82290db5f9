package stowage.cloud;

import java.util.Map;

/** A copy of a volume to make in its zone, as the volume is now. */
public record CopyVolume(
    String sourceVolumeId, AskedConfig config, Map<String, String> tags, Call call) {}
