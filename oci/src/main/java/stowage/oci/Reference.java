package stowage.oci;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException;

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

  private static final String LEGACY_DOMAIN = "index.docker.io";
  private static final String OFFICIAL = "library/";
  private static final int PATH_MAX = 255;
  private static final int ID_LENGTH = 64;

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
    if (text.length() == ID_LENGTH && ReferenceGrammar.isHex(text)) {
      throw new StowageException.InvalidArgument(
          "invalid repository name (%s), cannot specify 64-byte hexadecimal strings"
              .formatted(text));
    }
    String domain = domainOf(text);
    String rest =
        domain.isEmpty() ? text : text.substring(Math.min(text.length(), domain.length() + 1));
    if (domain.isEmpty() || domain.equals(LEGACY_DOMAIN)) {
      domain = DEFAULT_DOMAIN;
    }
    if (domain.equals(DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
      rest = OFFICIAL + rest;
    }
    int colon = rest.indexOf(':');
    String repository = colon < 0 ? rest : rest.substring(0, colon);
    if (!repository.equals(repository.toLowerCase(Locale.ROOT))) {
      throw new StowageException.InvalidArgument(
          "invalid reference format: repository name (%s) must be lowercase"
              .formatted(repository));
    }
    return parse(domain, rest);
  }

  /** The part before the first slash where that is a registry's, not a name's on Docker Hub. */
  private static String domainOf(String text) {
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    boolean domain =
        first.equals("localhost")
            || first.indexOf('.') >= 0
            || first.indexOf(':') >= 0
            || !first.equals(first.toLowerCase(Locale.ROOT));
    return domain ? first : "";
  }

  private static Reference parse(String domain, String rest) {
    int at = rest.indexOf('@');
    String named = at < 0 ? rest : rest.substring(0, at);
    int colon = named.indexOf(':');
    String path = colon < 0 ? named : named.substring(0, colon);
    Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(named.substring(colon + 1));
    Optional<String> digest = at < 0 ? Optional.empty() : Optional.of(rest.substring(at + 1));
    if (!ReferenceGrammar.isDomain(domain)
        || !ReferenceGrammar.isPath(path)
        || !tag.map(ReferenceGrammar::isTag).orElse(true)
        || !digest.map(ReferenceGrammar::isDigest).orElse(true)) {
      throw new StowageException.InvalidArgument("invalid reference format");
    }
    if (path.length() > PATH_MAX) {
      throw new StowageException.InvalidArgument(
          "repository name must not be more than %d characters".formatted(PATH_MAX));
    }
    return new Reference(domain, path, tag, digest.map(Reference::digest));
  }

  private static Digest digest(String text) {
    int colon = text.indexOf(':');
    String hex = text.substring(colon + 1);
    if (!text.substring(0, colon).equals("sha256")) {
      throw new StowageException.InvalidArgument("unsupported digest algorithm");
    }
    if (hex.length() != ID_LENGTH) {
      throw new StowageException.InvalidArgument("invalid checksum digest length");
    }
    if (!ReferenceGrammar.isHex(hex)) {
      throw new StowageException.InvalidArgument("invalid checksum digest format");
    }
    return new Digest(hex);
  }

  /** The same, empty instead of an error: for what may as well be an id. */
  public static Optional<Reference> find(String text) {
    try {
      return Optional.of(parse(text));
    } catch (StowageException.InvalidArgument notAName) {
      return Optional.empty();
    }
  }

  /** Domain and path. */
  public String name() {
    return domain + "/" + path;
  }

  /** The name as Docker shows it: without {@code docker.io/} and {@code library/}. */
  public String familiarName() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return name();
    }
    boolean official = path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0;
    return official ? path.substring(OFFICIAL.length()) : path;
  }

  /** The whole as Docker shows it: familiar name, tag, digest. */
  public String familiar() {
    return familiarName() + suffix();
  }

  /** Itself, or with the tag {@code latest} if it has neither tag nor digest. */
  public Reference orLatest() {
    return tag.isPresent() || digest.isPresent() ? this : withTag(DEFAULT_TAG);
  }

  /** The same repository with this tag and no digest; the tag's grammar is checked. */
  public Reference withTag(String newTag) {
    if (!ReferenceGrammar.isTag(newTag)) {
      throw new StowageException.InvalidArgument("invalid tag format");
    }
    return new Reference(domain, path, Optional.of(newTag), Optional.empty());
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
    String hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
    return hex.length() <= ID_LENGTH && ReferenceGrammar.isHex(hex);
  }

  /** The whole, normalised. */
  @Override
  public String toString() {
    return name() + suffix();
  }

  private String suffix() {
    return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
