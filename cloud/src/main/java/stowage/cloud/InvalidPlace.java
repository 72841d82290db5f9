package stowage.cloud;

/** A volume and an instance that cannot meet, or a device name that is none. */
public sealed interface InvalidPlace extends Invalid {
  /** An EBS volume can only meet an instance of its own zone. */
  record ZoneMismatch(String volumeId, String volumeZone, String instanceId, String instanceZone)
      implements InvalidPlace {
    @Override
    public String message() {
      return ("EBS volume %s is in %s but instance %s is in %s;"
              + " move it: stowage ebs move %s --zone %s")
          .formatted(volumeId, volumeZone, instanceId, instanceZone, volumeId, instanceZone);
    }
  }

  /** A host was registered in another zone before. */
  record HostElsewhere(String instanceId, String zone, String asked) implements InvalidPlace {
    @Override
    public String message() {
      return "instance %s is in %s for good, not in %s".formatted(instanceId, zone, asked);
    }
  }

  /** Not a device name; want /dev/sd[a-z], /dev/xvd[a-z] or /dev/xvd[a-d][a-z]. */
  record DeviceName(String device) implements InvalidPlace {
    @Override
    public String message() {
      return "device: got '%s', want such as /dev/sdf or /dev/xvdba".formatted(device);
    }
  }
}
