package stowage.base;

/** What a request can name. Each API's edge has its own word for each of these. */
public enum Resource {
  IMAGE("image"),
  CONTAINER("container"),
  EXEC("exec instance"),
  LAYER("layer"),
  BLOB("blob"),
  NETWORK("network"),
  /** A named directory the agent manages: what Docker calls a volume. */
  VOLUME("volume"),
  VOLUME_DRIVER("volume driver"),
  /** A point-in-time copy of a block volume. */
  SNAPSHOT("snapshot"),
  /** A key of the region, that volumes are encrypted with. */
  KEY("key"),
  /** A path inside a container or a volume. */
  FILE("file");

  private final String noun;

  Resource(String noun) {
    this.noun = noun;
  }

  /** The word for people, as it appears in messages. */
  public String noun() {
    return noun;
  }
}
