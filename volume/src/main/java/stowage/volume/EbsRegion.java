package stowage.volume;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stowage.cloud.CopyVolume;
import stowage.cloud.CreateVolume;
import stowage.cloud.EbsVolume;

/**
 * What the driver asks of a region, as this host. Each call is durable when it returns, and again
 * is fine. Rules that are broken are told as the house's failures.
 */
interface EbsRegion {
  /** This host's id in the region. */
  String instance();

  /** The zone it is in. */
  String zone();

  /** Volumes that have that tag, but for those on their way out. */
  List<EbsVolume> tagged(String key, String value);

  /** One volume as it is by now. */
  Optional<EbsVolume> find(String volumeId);

  EbsVolume create(CreateVolume plan);

  List<EbsVolume> copy(CopyVolume plan);

  /** Removes a volume for good; not there is fine. */
  void delete(String volumeId);

  void tag(String volumeId, Map<String, String> tags);

  void untag(String volumeId, String... keys);

  /** Device names that volumes of this host have. */
  Set<String> devices();

  /**
   * Attaches to this host; answered before there is a device. Attached to it already is fine.
   *
   * @return false if another volume of this host has that device name
   * @throws stowage.base.StowageException.InUse if another instance has it
   */
  boolean attach(String volumeId, String device);

  /**
   * Ends this host's attachment; answered before it has ended. None is fine.
   *
   * @throws stowage.base.StowageException.InUse naming the holders, if not forced
   */
  void detach(String volumeId, boolean force);
}
