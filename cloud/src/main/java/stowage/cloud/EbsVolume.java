package stowage.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An EBS volume's metadata. Immutable: each verb answers the volume as it will be, and the caller
 * writes that to the records before acting on it, so that a crash between the two is found and
 * finished later.
 *
 * @param id {@code vol-} and 17 hex digits
 * @param zone the availability zone it lives in, for good
 * @param origin what it was made from
 * @param keyId the key its data key is wrapped with; empty: not encrypted
 * @param epoch the highest of any attachment it had
 * @param io whether a damaged volume's I/O is on, and comes on by itself
 * @param pendingSnapshots ids of its snapshots that are not completed
 * @param tags by key
 */
public record EbsVolume(
    String id,
    String zone,
    Instant created,
    VolumeConfig config,
    VolumeOrigin origin,
    Optional<String> keyId,
    EbsVolumeState state,
    long epoch,
    VolumeIo io,
    List<String> pendingSnapshots,
    SortedMap<String, String> tags) {

  public EbsVolume {
    pendingSnapshots = List.copyOf(pendingSnapshots);
    tags = TagRules.copy(tags);
  }

  /** Whether its bytes are encrypted at rest. */
  public boolean encrypted() {
    return keyId.isPresent();
  }

  /** Its attachments; none unless it is in use. */
  public List<Attachment> attachments() {
    return switch (state) {
      case EbsVolumeState.InUse use -> use.attachments();
      case EbsVolumeState.Creating _,
          EbsVolumeState.Available _,
          EbsVolumeState.Deleting _,
          EbsVolumeState.Failed _ ->
          List.of();
    };
  }

  /** Its attachment to that instance. */
  public Optional<Attachment> attachment(String instanceId) {
    return attachments().stream().filter(a -> a.instanceId().equals(instanceId)).findFirst();
  }

  EbsVolume in(EbsVolumeState next) {
    return new EbsVolume(
        id, zone, created, config, origin, keyId, next, epoch, io, pendingSnapshots, tags);
  }

  /** With those attachments; available if there are none. */
  EbsVolume with(List<Attachment> next) {
    return in(next.isEmpty() ? new EbsVolumeState.Available() : new EbsVolumeState.InUse(next));
  }

  EbsVolume at(long next) {
    return new EbsVolume(
        id, zone, created, config, origin, keyId, state, next, io, pendingSnapshots, tags);
  }

  EbsVolume as(VolumeConfig next) {
    return new EbsVolume(
        id, zone, created, next, origin, keyId, state, epoch, io, pendingSnapshots, tags);
  }

  EbsVolume with(VolumeIo next) {
    return new EbsVolume(
        id, zone, created, config, origin, keyId, state, epoch, next, pendingSnapshots, tags);
  }

  EbsVolume pending(List<String> next) {
    return new EbsVolume(id, zone, created, config, origin, keyId, state, epoch, io, next, tags);
  }

  EbsVolume tagged(SortedMap<String, String> next) {
    return new EbsVolume(
        id, zone, created, config, origin, keyId, state, epoch, io, pendingSnapshots, next);
  }
}
