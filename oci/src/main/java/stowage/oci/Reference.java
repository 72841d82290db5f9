package stowage.oci;

import java.util.Objects;
import java.util.Optional;
import stowage.base.Digest;

/**
 * A name of an image in Docker's grammar, normalised: {@code busybox} is {@code
 * docker.io/library/busybox}.
 *
 * @param domain of the registry, with a port if any: {@code docker.io}, {@code localhost:5000}
 * @param path of the repository there: {@code library/busybox}
 * @param tag if said
 * @param digest if said
 * @see <a href="https://github.com/distribution/reference">distribution/reference</a>
 */
public record Reference(
    String domain, String path, Optional<String> tag, Optional<Digest> digest) {
  /** The registry of names without one. */
  public static final String DEFAULT_DOMAIN = "docker.io";

  /** The tag of names with neither tag nor digest. */
  public static final String DEFAULT_TAG = "latest";

  public Reference {
    Objects.requireNonNull(domain);
    Objects.requireNonNull(path);
    Objects.requireNonNull(tag);
    Objects.requireNonNull(digest);
  }

  /**
   * Parses and normalises a name as a user writes it.
   *
   * @throws stowage.base.StowageException.InvalidArgument in Docker's words
   */
  public static Reference parse(String text) {
    throw new AssertionError("comes next");
  }

  /** The same, empty instead of an error: for what may as well be an id. */
  public static Optional<Reference> find(String text) {
    throw new AssertionError("comes next");
  }

  /** Domain and path. */
  public String name() {
    return domain + "/" + path;
  }

  /** The name as Docker shows it: without {@code docker.io/} and {@code library/}. */
  public String familiarName() {
    throw new AssertionError("comes next");
  }

  /** The whole as Docker shows it: familiar name, tag, digest. */
  public String familiar() {
    throw new AssertionError("comes next");
  }

  /** Itself, or with the tag {@code latest} if it has neither tag nor digest. */
  public Reference orLatest() {
    return tag.isPresent() || digest.isPresent() ? this : withTag(DEFAULT_TAG);
  }

  /** The same repository with this tag and no digest; the tag's grammar is checked. */
  public Reference withTag(String newTag) {
    throw new AssertionError("comes next");
  }

  /** The same repository with this digest and no tag. */
  public Reference withDigest(Digest newDigest) {
    return new Reference(domain, path, Optional.empty(), Optional.of(newDigest));
  }

  /** The repository alone. */
  public Reference repository() {
    return new Reference(domain, path, Optional.empty(), Optional.empty());
  }

  /** Whether it may be an id or the start of one: 1 to 64 hex digits, after an optional sha256:. */
  public static boolean mayBeId(String text) {
    throw new AssertionError("comes next");
  }

  /** The whole, normalised. */
  @Override
  public String toString() {
    return name()
        + tag.map(t -> ":" + t).orElse("")
        + digest.map(d -> "@" + d).orElse("");
  }
}
