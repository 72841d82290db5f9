package stowage.cloud;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.block.Zone;
import stowage.chunk.ChunkStore;
import stowage.store.Records;

/**
 * A region: availability zones, and the volumes, snapshots and instances in them, by EBS's rules.
 *
 * <p>Several agents work on one region at once. None of them keeps any of its state in memory: each
 * verb reads, decides and writes in one transaction, then has the zone do it, then writes that it
 * is done. What a crash leaves in between is finished by {@link #settle}, by whoever comes first.
 *
 * <p>Verbs throw {@link RuleBroken} where a rule is broken, and {@link StowageException} where the
 * machine or a zone fails. Any thread may call.
 */
public final class Region implements AutoCloseable {
  private final Domain domain;
  private final VolumeSettler volumeSettler;
  private final SnapshotSettler snapshotSettler;

  /**
   * What a region is called and consists of.
   *
   * @param account 12 digits, the owner of everything
   * @param zones at least one; the first is the default
   */
  public record Settings(String name, String account, List<ZoneInfo> zones) {
    public Settings {
      zones = List.copyOf(zones);
    }
  }

  private Region(Domain domain) {
    this.domain = domain;
    this.volumeSettler = new VolumeSettler(domain);
    this.snapshotSettler = new SnapshotSettler(domain);
  }

  /**
   * The region of these records.
   *
   * @param zones the zone of a name; Unavailable while its server is down
   * @param chunks where the region's snapshots are kept; the caller closes it
   */
  public static Region open(
      Settings settings,
      Records records,
      Function<String, Zone> zones,
      ChunkStore chunks,
      Time time) {
    return new Region(new Domain(settings, records, zones, chunks, time));
  }

  static StowageException later(String what) {
    return new StowageException.Unsupported(what + " not built yet");
  }

  public Settings settings() {
    return domain.settings();
  }

  /** Its zones that match: filters region-name, state, zone-id, zone-name, zone-type and so on. */
  public List<ZoneInfo> zones(Query query) {
    Map<String, Function<ZoneInfo, Stream<String>>> fields =
        Map.of(
            "region-name", _ -> Stream.of(settings().name()),
            "group-name", _ -> Stream.of(settings().name()),
            "state", _ -> Stream.of("available"),
            "zone-type", _ -> Stream.of("availability-zone"),
            "opt-in-status", _ -> Stream.of("opt-in-not-required"),
            "zone-id", zone -> Stream.of(zone.id()),
            "zone-name", zone -> Stream.of(zone.name()));
    var matches = Search.<ZoneInfo>matching(fields, _ -> Map.of(), query.filters());
    for (String id : query.ids()) {
      if (settings().zones().stream().noneMatch(z -> z.name().equals(id) || z.id().equals(id))) {
        throw new NoSuch.AvailabilityZone(id).broken();
      }
    }
    Domain.dryRun(query.dryRun());
    return settings().zones().stream()
        .filter(
            z ->
                query.ids().isEmpty()
                    || query.ids().contains(z.name())
                    || query.ids().contains(z.id()))
        .filter(matches)
        .toList();
  }

  public EbsVolumes volumes() {
    return new EbsVolumes(domain, volumeSettler);
  }

  public EbsSnapshots snapshots() {
    return new EbsSnapshots(domain, snapshotSettler);
  }

  public Instances instances() {
    return new Instances(domain, volumeSettler);
  }

  public DirectSnapshots direct() {
    return new DirectSnapshots();
  }

  public Tags tags() {
    return new Tags(domain);
  }

  public Keys keys() {
    return new Keys(domain);
  }

  public Moves moves() {
    return new Moves();
  }

  /**
   * Finishes or undoes what verbs left unfinished, here or in an agent that is gone, and removes
   * what zones still have of volumes that are deleted. A zone that is down is left for the next
   * time.
   */
  public void settle() {
    snapshotSettler.takeAll();
    for (String id : domain.records().list(Table.UNSETTLED).keySet()) {
      switch (Kind.of(id).orElse(null)) {
        case VOLUME -> Table.VOLUMES.find(domain.records(), id).ifPresent(volumeSettler::settle);
        case SNAPSHOT ->
            Table.SNAPSHOTS.find(domain.records(), id).ifPresent(snapshotSettler::settle);
        case INSTANCE -> instances().settle(id);
        case null -> throw Table.strange(id, "id", id);
      }
    }
    settings().zones().forEach(zone -> Domain.attempt(zone.name(), () -> sweep(zone.name())));
  }

  /** What no record ever named is left alone: it may be of other records than these. */
  private void sweep(String zone) {
    if (domain.records().page(VolumeSettler.GONE, "", "", 1).isEmpty()) {
      return;
    }
    for (String id : domain.zone(zone).volumes()) {
      if (domain.records().find(VolumeSettler.GONE, id).isPresent()
          && Table.VOLUMES.find(domain.records(), id).isEmpty()) {
        domain.zone(zone).delete(id);
      }
    }
  }

  /** Ends; what is under way is finished by the next {@link #settle}. */
  @Override
  public void close() {}
}
