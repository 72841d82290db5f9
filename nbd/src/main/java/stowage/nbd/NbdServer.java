package stowage.nbd;

/** Being built. */
public final class NbdServer {
  private NbdServer() {}
}
