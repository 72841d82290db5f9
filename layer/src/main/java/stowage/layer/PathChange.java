package stowage.layer;

/**
 * One difference between an active layer and the chain below it, as {@code docker diff} tells it.
 *
 * @param path absolute, a byte string
 */
public record PathChange(Kind kind, String path) {
  /** What happened; the ordinals are Docker's numbers. */
  public enum Kind {
    MODIFIED,
    ADDED,
    DELETED
  }
}
