package stowage.cloud;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.block.Zone;
import stowage.chunk.ChunkStore;
import stowage.store.Records;

/**
 * What all verbs of a region work on.
 *
 * @param chunks where the region's snapshots are kept
 */
record Domain(
    Region.Settings settings,
    Records records,
    Function<String, Zone> zones,
    ChunkStore chunks,
    Time time) {
  private static final Logger LOG = System.getLogger(Region.class.getName());

  Zone zone(String name) {
    return zones.apply(name);
  }

  /** The zone a caller means, who says its name or its id. */
  ZoneInfo zoneInfo(Optional<String> name, Optional<String> id) {
    if (name.isPresent() && id.isPresent()) {
      throw new Invalid.Together("availabilityZone", "availabilityZoneId").broken();
    }
    String said =
        name.or(() -> id).orElseThrow(() -> new Invalid.Missing("availabilityZone").broken());
    return settings.zones().stream()
        .filter(zone -> said.equals(name.isPresent() ? zone.name() : zone.id()))
        .findFirst()
        .orElseThrow(() -> new NoSuch.AvailabilityZone(said).broken());
  }

  /** To the millisecond, as EC2 shows times. */
  Instant now() {
    return Instant.ofEpochMilli(time.now().toEpochMilli());
  }

  /** Does work that the next settle does again if the zone is down or fails now. */
  static void attempt(String id, Runnable work) {
    try {
      work.run();
    } catch (StowageException e) {
      LOG.log(Level.WARNING, "region.unsettled id={0} reason={1}", id, e.getMessage());
    }
  }

  /** Ends a trial. */
  static void dryRun(boolean dryRun) {
    if (dryRun) {
      throw new DryRun().broken();
    }
  }
}
