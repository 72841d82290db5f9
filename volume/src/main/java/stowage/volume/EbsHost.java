package stowage.volume;

import stowage.cloud.Region;

/** This host as an instance of a region; asking makes it one. */
public interface EbsHost {
  /** The region. Unavailable while it cannot be reached. */
  Region region();

  /** This host's instance id. */
  String instance();

  /** The availability zone this host is in; asking for it opens nothing. */
  String zone();
}
