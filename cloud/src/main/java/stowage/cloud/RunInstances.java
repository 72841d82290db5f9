package stowage.cloud;

import java.util.Map;
import java.util.Optional;

/**
 * Instances to make that are no hosts: their volumes are served by NBD only.
 *
 * @param zone empty: the region's first
 */
public record RunInstances(
    int count,
    Optional<String> zone,
    String type,
    String imageId,
    Map<String, String> tags,
    Call call) {}
