package stowage.volume;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.WrongState;
import stowage.cloud.Call;
import stowage.cloud.CopyVolume;
import stowage.cloud.CreateVolume;
import stowage.cloud.EbsVolume;
import stowage.cloud.EbsVolumeState;
import stowage.cloud.Encryption;

/**
 * Which EBS volume a volume's name means, for all hosts of a region: tags of the region say it.
 *
 * <pre>
 *   stowage:volume = NAME     it has this name
 *   stowage:made   = ID       made for the volume with that id, and removed with it
 *   stowage:kept   = ID       given to the volume with that id; stays when that is removed
 *   stowage:retired = ID      the volume with that id is being removed
 * </pre>
 *
 * <p>A host that finds the name in the region uses the volume and removes nothing of it.
 */
final class EbsNames {
  static final String NAME = "stowage:volume";
  private static final String MADE = "stowage:made";
  private static final String KEPT = "stowage:kept";
  private static final String RETIRED = "stowage:retired";

  private final EbsRegion region;

  EbsNames(EbsRegion region) {
    this.region = region;
  }

  /** The EBS volume of that name, wherever it is. */
  Optional<EbsVolume> find(String name) {
    var named = region.tagged(NAME, name);
    if (named.size() > 1) {
      throw new WrongState(
          "EBS volumes %s %s have the name %s; take the tag %s off all but one of them"
              .formatted(
                  String.join(", ", named.stream().map(EbsVolume::id).toList()),
                  named.size() == 2 ? "both" : "all",
                  name,
                  NAME));
    }
    return named.stream().findFirst();
  }

  /** The same, in this host's zone, and fit to be mounted by it. */
  EbsVolume require(String name) {
    var volume =
        find(name)
            .orElseThrow(
                () ->
                    new NotFound(
                        stowage.base.Resource.VOLUME,
                        name,
                        "volume %s: no EBS volume of the region has the tag %s=%s any more"
                            .formatted(name, NAME, name)));
    checkZone(name, volume);
    return volume;
  }

  private void checkZone(String name, EbsVolume volume) {
    if (!volume.zone().equals(region.zone())) {
      throw new WrongState(
          ("volume %s is EBS volume %s of zone %s, and this host is in %s: an EBS volume can only"
                  + " be used in its own zone. Move it here: stowage ebs move %s --zone %s. Or make"
                  + " a copy of it here: stowage ebs clone %s NEW-NAME --zone %s")
              .formatted(
                  name,
                  volume.id(),
                  volume.zone(),
                  region.zone(),
                  name,
                  region.zone(),
                  name,
                  region.zone()));
    }
    if (volume.config().multiAttach()) {
      throw new WrongState(
          "EBS volume %s has multi-attach: two hosts that mount one filesystem destroy it"
              .formatted(volume.id()));
    }
  }

  /**
   * Finds or makes the EBS volume of a new volume; the same again after a crash answers the same.
   */
  void create(String name, String id, EbsOptions options) {
    var there = find(name);
    if (there.isPresent()) {
      checkZone(name, there.get());
      checkSame(name, there.get(), options);
      return;
    }
    var tags = Map.of(NAME, name, MADE, id);
    switch (options.origin()) {
      case EbsOptions.Origin.Blank _ -> make(plan(options, tags, id));
      case EbsOptions.Origin.OfSnapshot of -> make(plan(options, tags, id).from(of.snapshotId()));
      case EbsOptions.Origin.CopyOf of -> copy(of.name(), name, options, tags, id);
      case EbsOptions.Origin.Adopted of -> adopt(of.volumeId(), name, id);
    }
    yieldToEarlier(name, id);
  }

  /** A name that is taken is fine, unless content is asked for that it does not have. */
  private static void checkSame(String name, EbsVolume there, EbsOptions options) {
    boolean fine =
        switch (options.origin()) {
          case EbsOptions.Origin.Blank _ -> true;
          case EbsOptions.Origin.Adopted of -> of.volumeId().equals(there.id());
          case EbsOptions.Origin.OfSnapshot _, EbsOptions.Origin.CopyOf _ -> false;
        };
    if (!fine) {
      throw new AlreadyExists(
          "EBS volume %s of %s has the name %s already; use it as it is, or take another name"
              .formatted(there.id(), there.zone(), name));
    }
  }

  private CreateVolume plan(EbsOptions options, Map<String, String> tags, String id) {
    return CreateVolume.in(region.zone(), options.config())
        .with(encryption(options))
        .tagged(tags)
        .as(Call.once(id));
  }

  private static Encryption encryption(EbsOptions options) {
    return options.encrypted().isEmpty()
        ? Encryption.UNSAID
        : new Encryption(options.encrypted(), Optional.empty());
  }

  private void make(CreateVolume plan) {
    awaitMade(region.create(plan).id());
  }

  private void copy(
      String from, String name, EbsOptions options, Map<String, String> tags, String id) {
    if (options.encrypted().isPresent()) {
      throw new InvalidArgument("a copy is encrypted as the volume it is of; leave out encrypted");
    }
    var source = find(from);
    if (source.isEmpty()) {
      throw new NotFound(
          stowage.base.Resource.VOLUME, from, "from: no EBS volume has the name " + from);
    }
    if (!source.get().zone().equals(region.zone())) {
      throw new WrongState(
          ("volume %s is EBS volume %s of zone %s; a copy of it in %s goes through a snapshot:"
                  + " stowage ebs clone %s %s --zone %s")
              .formatted(
                  from,
                  source.get().id(),
                  source.get().zone(),
                  region.zone(),
                  from,
                  name,
                  region.zone()));
    }
    var plan = new CopyVolume(source.get().id(), options.config(), tags, Call.once(id));
    region.copy(plan).forEach(volume -> awaitMade(volume.id()));
  }

  private void adopt(String volumeId, String name, String id) {
    var volume = byId(volumeId);
    checkZone(name, volume);
    String other = volume.tags().getOrDefault(NAME, "");
    if (!other.isEmpty()) {
      throw new InUse("EBS volume %s has the name %s already".formatted(volumeId, other));
    }
    region.tag(volumeId, Map.of(NAME, name, KEPT, id));
  }

  /** What is made is usable when its maker answers. */
  private void awaitMade(String volumeId) {
    EbsPatience.until(
        "EBS volume %s to be made".formatted(volumeId),
        () -> {
          var volume = byId(volumeId);
          return switch (volume.state()) {
            case EbsVolumeState.Creating _ -> Optional.empty();
            case EbsVolumeState.Available _, EbsVolumeState.InUse _ -> Optional.of(volume);
            case EbsVolumeState.Failed failed -> {
              region.delete(volumeId);
              throw new WrongState(
                  "EBS volume %s could not be made: %s".formatted(volumeId, failed.reason()));
            }
            case EbsVolumeState.Deleting _ ->
                throw new WrongState("EBS volume %s was deleted meanwhile".formatted(volumeId));
          };
        });
  }

  /** Two hosts may have taken a free name at once: the volume made first keeps it. */
  private void yieldToEarlier(String name, String id) {
    var named = region.tagged(NAME, name);
    var first =
        named.stream()
            .min(Comparator.comparing(EbsVolume::created).thenComparing(EbsVolume::id))
            .orElseThrow();
    for (var volume : named) {
      if (!volume.id().equals(first.id()) && isOf(volume, id)) {
        retire(name, id);
        destroy(id);
      }
    }
    checkZone(name, first);
  }

  private static boolean isOf(EbsVolume volume, String id) {
    return id.equals(volume.tags().get(MADE)) || id.equals(volume.tags().get(KEPT));
  }

  /**
   * Takes the name off what was made for or given to the volume with that id; off nothing else.
   *
   * @throws InUse if it would be removed and an instance still has it
   */
  void retire(String name, String id) {
    for (var volume : region.tagged(NAME, name)) {
      if (!isOf(volume, id)) {
        continue;
      }
      if (id.equals(volume.tags().get(MADE)) && !volume.attachments().isEmpty()) {
        throw new InUse(
            "remove %s: EBS volume %s is attached to %s; detach it first"
                .formatted(name, volume.id(), volume.attachments().getFirst().instanceId()));
      }
      region.tag(volume.id(), Map.of(RETIRED, id));
      region.untag(volume.id(), NAME);
    }
  }

  /** Undoes {@link #retire}. */
  void restore(String name, String id) {
    for (var volume : region.tagged(RETIRED, id)) {
      region.tag(volume.id(), Map.of(NAME, name));
      region.untag(volume.id(), RETIRED);
    }
  }

  /** Removes what was made for the volume with that id, and lets go of what was given to it. */
  void destroy(String id) {
    for (var volume : region.tagged(RETIRED, id)) {
      if (id.equals(volume.tags().get(MADE))) {
        region.delete(volume.id());
      } else {
        region.untag(volume.id(), KEPT, RETIRED);
      }
    }
  }

  private EbsVolume byId(String volumeId) {
    return region
        .find(volumeId)
        .orElseThrow(
            () ->
                new NotFound(
                    stowage.base.Resource.VOLUME, volumeId, "no such EBS volume: " + volumeId));
  }
}
