package stowage.image;

/** One thing a removal did, in the order done. */
public sealed interface Removal {
  /** What was removed: a reference in familiar form, or a digest as {@code sha256:...}. */
  String name();

  /** A reference no longer points at an image. */
  record Untagged(String name) implements Removal {}

  /** An image, or a layer nothing else holds (named by its chainId), is gone. */
  record Deleted(String name) implements Removal {}
}
