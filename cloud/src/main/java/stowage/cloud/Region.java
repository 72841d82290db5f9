package stowage.cloud;

import java.util.List;
import java.util.function.Function;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.block.Zone;
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
  private final Settings settings;

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

  private Region(Settings settings) {
    this.settings = settings;
  }

  /**
   * The region of these records.
   *
   * @param zones the zone of a name; Unavailable while its server is down
   */
  public static Region open(
      Settings settings, Records records, Function<String, Zone> zones, Time time) {
    throw later();
  }

  static StowageException later() {
    return new StowageException.Unsupported("not built yet");
  }

  public Settings settings() {
    return settings;
  }

  /** Its zones that match: filters region-name, state, zone-id, zone-name, zone-type and so on. */
  public List<ZoneInfo> zones(Query query) {
    throw later();
  }

  public EbsVolumes volumes() {
    throw later();
  }

  public EbsSnapshots snapshots() {
    throw later();
  }

  public Instances instances() {
    throw later();
  }

  public DirectSnapshots direct() {
    throw later();
  }

  public Tags tags() {
    throw later();
  }

  public Keys keys() {
    throw later();
  }

  public Moves moves() {
    throw later();
  }

  /**
   * Finishes or undoes what verbs left unfinished, here or in an agent that is gone, and removes
   * what zones have that no record names. A zone that is down is left for the next time.
   */
  public void settle() {
    throw later();
  }

  /** Ends; what is under way is finished by the next {@link #settle}. */
  @Override
  public void close() {}
}
