package stowage.cloud;

/** Being built. */
public final class Region {
  private Region() {}
}
