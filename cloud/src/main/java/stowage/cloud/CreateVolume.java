package stowage.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A volume to create.
 *
 * @param zone the availability zone's name; empty: {@code zoneId} is said
 * @param zoneId its id instead
 * @param snapshotId what it holds at first; empty: zeroes
 * @param initializationRate MiB/s, 100 to 300, for the copy of the snapshot's content
 */
public record CreateVolume(
    Optional<String> zone,
    Optional<String> zoneId,
    AskedConfig config,
    Optional<String> snapshotId,
    Encryption encryption,
    OptionalLong initializationRate,
    Map<String, String> tags,
    Call call) {

  /** A volume in a zone, of a type and size, and nothing else said. */
  public static CreateVolume in(String zone, AskedConfig config) {
    return new CreateVolume(
        Optional.of(zone),
        Optional.empty(),
        config,
        Optional.empty(),
        Encryption.UNSAID,
        OptionalLong.empty(),
        Map.of(),
        Call.PLAIN);
  }

  /** The same with what a snapshot holds. */
  public CreateVolume from(String snapshot) {
    return new CreateVolume(
        zone, zoneId, config, Optional.of(snapshot), encryption, initializationRate, tags, call);
  }

  /** The same with encryption said. */
  public CreateVolume with(Encryption said) {
    return new CreateVolume(zone, zoneId, config, snapshotId, said, initializationRate, tags, call);
  }

  /** The same with these tags. */
  public CreateVolume tagged(Map<String, String> these) {
    return new CreateVolume(
        zone, zoneId, config, snapshotId, encryption, initializationRate, these, call);
  }

  /** The same, meant so. */
  public CreateVolume as(Call meant) {
    return new CreateVolume(
        zone, zoneId, config, snapshotId, encryption, initializationRate, tags, meant);
  }
}
