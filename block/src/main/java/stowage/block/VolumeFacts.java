package stowage.block;

import java.util.List;

/**
 * A volume as the zone has it.
 *
 * @param engine {@code raw} or {@code cow}
 * @param storedBytes what only this volume takes on the zone's disk
 * @param sharedBytes what it shares there with snapshots in flight and clones
 * @param hydratedBytes of its snapshot already here; equal to {@code hydrationBytes} when done
 * @param hydrationBytes of its snapshot altogether; 0 without one
 */
public record VolumeFacts(
    String id,
    long sizeBytes,
    String engine,
    long storedBytes,
    long sharedBytes,
    long hydratedBytes,
    long hydrationBytes,
    Limits limits,
    List<Attached> attachments) {}
