package stowage.cloud;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot whose blocks a client will put.
 *
 * @param parentId a completed snapshot that blocks not put are taken from
 * @param timeout without a put in this time it fails; 10 minutes to 3 days
 */
public record StartSnapshot(
    long sizeGib,
    Optional<String> parentId,
    String description,
    Encryption encryption,
    Duration timeout,
    Map<String, String> tags,
    Call call) {}
