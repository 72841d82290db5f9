package stowage.blockd;

/** Being built. */
public final class BlockServer {
  private BlockServer() {}
}
