package stowage.cloud;

/** What a region encrypts by default, and with which key. Any thread may call. */
public final class Keys {
  Keys() {}

  /** Whether new volumes are encrypted if nothing is said. */
  public boolean byDefault(boolean dryRun) {
    throw Region.later();
  }

  /** Says whether new volumes are encrypted if nothing is said. */
  public boolean byDefault(boolean on, boolean dryRun) {
    throw Region.later();
  }

  /** The key that is used if none is said. */
  public String defaultKey(boolean dryRun) {
    throw Region.later();
  }

  /** Sets the key that is used if none is said. */
  public String defaultKey(String keyId, boolean dryRun) {
    throw Region.later();
  }

  /** Takes the region's own key again. */
  public String resetDefaultKey(boolean dryRun) {
    throw Region.later();
  }
}
