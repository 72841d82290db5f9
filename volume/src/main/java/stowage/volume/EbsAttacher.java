package stowage.volume;

import static java.lang.System.Logger.Level.WARNING;

import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.base.StowageException.InUse;
import stowage.base.StowageException.LimitExceeded;
import stowage.base.StowageException.WrongState;
import stowage.cloud.Attachment;
import stowage.cloud.EbsVolume;
import stowage.linux.BlockSpecial;
import stowage.linux.ErrnoException;
import stowage.linux.FileType;
import stowage.linux.Open;
import stowage.linux.Stat;

/** Attaches EBS volumes to this host, and ends that. */
final class EbsAttacher {
  private static final System.Logger LOG = System.getLogger("stowage.volume");

  /** EC2's recommended names for data volumes: /dev/sdf to /dev/sdp, then /dev/xvdba and on. */
  private static final String FIRST_NAMES = "fghijklmnop";

  private static final String SECOND_NAMES = "abcdefghijklmnopqrstuvwxyz";

  private final EbsRegion region;

  EbsAttacher(EbsRegion region) {
    this.region = region;
  }

  /** A device of this host, and the attachment it belongs to. */
  record Device(String path, long epoch) {}

  /** Whether this host has it, or is about to. */
  boolean isAttached(EbsVolume volume) {
    return volume.attachment(region.instance()).isPresent();
  }

  /**
   * Attaches a volume unless it is attached to this host already, and waits for its device.
   *
   * @throws InUse if another instance has it
   */
  Device attach(String name, EbsVolume volume) {
    var mine = volume.attachment(region.instance());
    if (mine.isEmpty()) {
      begin(name, volume);
    }
    var device = await(volume.id());
    if (!isThere(device)) {
      // An attachment of before a reboot: the region remembers a device that is gone.
      LOG.log(WARNING, "ebs.device.gone volume={0} path={1}", volume.id(), device.path());
      detach(volume.id(), true);
      begin(name, volume);
      device = await(volume.id());
    }
    return device;
  }

  private void begin(String name, EbsVolume volume) {
    for (var other : volume.attachments()) {
      if (!other.instanceId().equals(region.instance())) {
        throw elsewhere(name, volume.id(), other.instanceId());
      }
    }
    var taken = region.devices();
    for (int i = 0; i < FIRST_NAMES.length() + SECOND_NAMES.length(); i++) {
      String device = deviceName(i);
      if (!taken.contains(device) && region.attach(volume.id(), device)) {
        return;
      }
    }
    throw new LimitExceeded(
        "instance %s has no device name left for EBS volume %s"
            .formatted(region.instance(), volume.id()),
        null);
  }

  private static String deviceName(int index) {
    int second = index - FIRST_NAMES.length();
    return second < 0
        ? "/dev/sd" + FIRST_NAMES.charAt(index)
        : "/dev/xvdb" + SECOND_NAMES.charAt(second);
  }

  private static StowageException elsewhere(String name, String volumeId, String instance) {
    return new InUse(
        ("volume %s is EBS volume %s, and that is attached to instance %s: containers that share"
                + " it must be on that instance. Or make a copy of it: stowage ebs clone %s"
                + " NEW-NAME")
            .formatted(name, volumeId, instance, name));
  }

  private Device await(String volumeId) {
    return EbsPatience.until(
        "EBS volume %s to be attached".formatted(volumeId),
        () -> {
          var mine = attachment(volumeId);
          if (mine.isEmpty()) {
            throw new WrongState(
                "EBS volume %s was detached while it was being attached".formatted(volumeId));
          }
          return switch (mine.get().phase()) {
            case Attachment.Phase.Attaching _, Attachment.Phase.Detaching _ -> Optional.empty();
            case Attachment.Phase.Attached at ->
                Optional.of(new Device(at.path(), mine.get().epoch()));
            case Attachment.Phase.Busy at -> Optional.of(new Device(at.path(), mine.get().epoch()));
          };
        });
  }

  private static boolean isThere(Device device) {
    String path = ByteStrings.ofText(device.path());
    try {
      if (Stat.path(path, true).type() != FileType.BLOCK_DEVICE) {
        return false;
      }
      try (var fd = Open.open(path, Open.O_RDONLY)) {
        return BlockSpecial.size(fd) > 0;
      }
    } catch (ErrnoException gone) {
      return false;
    }
  }

  /**
   * Ends this host's attachment and waits until it has ended; none is fine.
   *
   * @throws InUse naming who holds the device, if not forced
   */
  void detach(String volumeId, boolean force) {
    region.detach(volumeId, force);
    EbsPatience.until("EBS volume %s to be detached".formatted(volumeId), () -> gone(volumeId));
  }

  private Optional<Boolean> gone(String volumeId) {
    var mine = attachment(volumeId);
    if (mine.isPresent() && mine.get().phase() instanceof Attachment.Phase.Busy busy) {
      throw new InUse("EBS volume %s cannot be detached: %s".formatted(volumeId, busy.holders()));
    }
    return mine.isEmpty() ? Optional.of(true) : Optional.empty();
  }

  private Optional<Attachment> attachment(String volumeId) {
    return region.find(volumeId).flatMap(volume -> volume.attachment(region.instance()));
  }
}
