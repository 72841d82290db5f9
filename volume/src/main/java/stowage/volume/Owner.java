package stowage.volume;

/** A user and a group by number: who owns a file, or whom a container runs as. */
public record Owner(int uid, int gid) {
  public static final Owner ROOT = new Owner(0, 0);

  @Override
  public String toString() {
    return Integer.toUnsignedString(uid) + ":" + Integer.toUnsignedString(gid);
  }
}
