package stowage.cloud;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * An EBS snapshot's metadata: a volume's bytes at one instant, kept by the region.
 *
 * @param id {@code snap-} and 17 hex digits
 * @param sizeGib of the volume
 * @param keyId the key its data key is wrapped with; empty: not encrypted
 * @param readers who may make volumes of it: account ids, and {@code all}
 * @param tags by key
 */
public record EbsSnapshot(
    String id,
    SnapshotOrigin origin,
    Instant started,
    long sizeGib,
    Optional<String> keyId,
    String description,
    SnapshotState state,
    Set<String> readers,
    SortedMap<String, String> tags) {

  public EbsSnapshot {
    readers = Set.copyOf(readers);
    tags = TagRules.copy(tags);
  }

  /** The volume EC2 shows; {@link SnapshotOrigin#NO_VOLUME} for copies and direct ones. */
  public String volumeId() {
    return origin.volumeId();
  }

  /** Whether its bytes are encrypted at rest. */
  public boolean encrypted() {
    return keyId.isPresent();
  }

  /** When it was completed. */
  public Optional<Instant> completed() {
    return state instanceof SnapshotState.Completed done
        ? Optional.of(done.at())
        : Optional.empty();
  }

  EbsSnapshot in(SnapshotState next) {
    return new EbsSnapshot(id, origin, started, sizeGib, keyId, description, next, readers, tags);
  }

  EbsSnapshot tagged(SortedMap<String, String> next) {
    return new EbsSnapshot(id, origin, started, sizeGib, keyId, description, state, readers, next);
  }
}
