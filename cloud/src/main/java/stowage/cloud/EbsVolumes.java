package stowage.cloud;

import java.util.List;

/** The EBS volumes of a region, and what may be done with them. Any thread may call. */
public final class EbsVolumes {
  EbsVolumes() {}

  /** Makes a volume; answered while it is creating, and available at the next look. */
  public EbsVolume create(CreateVolume request) {
    throw Region.later();
  }

  /** Makes a copy of a volume in its zone. */
  public List<EbsVolume> copy(CopyVolume request) {
    throw Region.later();
  }

  /** Removes a volume for good. */
  public void delete(String volumeId, boolean dryRun) {
    throw Region.later();
  }

  /** Attaches a volume to an instance of its zone; answered while it is attaching. */
  public Attachment attach(AttachVolume request) {
    throw Region.later();
  }

  /** Ends an attachment; answered while it is detaching. */
  public Attachment detach(DetachVolume request) {
    throw Region.later();
  }

  /** Changes size, type or speed; answered while it is modifying. */
  public Modification modify(ModifyVolume request) {
    throw Region.later();
  }

  /** Those that match, by id. */
  public Page<EbsVolume> describe(Query query) {
    throw Region.later();
  }

  /** One volume as it is by now, or {@link NoSuch.Volume}. */
  public EbsVolume require(String volumeId) {
    throw Region.later();
  }

  /** The latest modification of each volume that had one. */
  public Page<Modification> modifications(Query query) {
    throw Region.later();
  }

  /** How the volumes do. */
  public Page<VolumeStatus> status(Query query) {
    throw Region.later();
  }

  /** Whether I/O of a damaged volume comes back by itself. */
  public boolean autoEnableIo(String volumeId, boolean dryRun) {
    throw Region.later();
  }

  /** Says whether I/O of a damaged volume comes back by itself. */
  public void autoEnableIo(String volumeId, boolean auto, boolean dryRun) {
    throw Region.later();
  }

  /** Switches I/O of a damaged volume on. */
  public void enableIo(String volumeId, boolean dryRun) {
    throw Region.later();
  }
}
