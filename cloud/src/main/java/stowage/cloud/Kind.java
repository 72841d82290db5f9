package stowage.cloud;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** What has an id, a state and tags in a region. */
public enum Kind {
  VOLUME("vol-", "volume"),
  SNAPSHOT("snap-", "snapshot"),
  INSTANCE("i-", "instance");

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{17}|[0-9a-f]{8}");
  private static final int ID_BYTES = 9;

  private final String prefix;
  private final String word;

  Kind(String prefix, String word) {
    this.prefix = prefix;
    this.word = word;
  }

  /** What its ids start with: {@code vol-}. */
  public String prefix() {
    return prefix;
  }

  /** EC2's resource type: volume. */
  public String word() {
    return word;
  }

  /** The kind an id's prefix tells. */
  public static Optional<Kind> of(String id) {
    for (var kind : values()) {
      if (id.startsWith(kind.prefix)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * The id itself if it can be one.
   *
   * @param parameter what the caller calls it: volumeId
   */
  public String require(String parameter, String id) {
    boolean prefixed = id.startsWith(prefix);
    if (!prefixed || !DIGITS.matcher(id.substring(prefix.length())).matches()) {
      throw new Invalid.Id(parameter, id, prefix, prefixed).broken();
    }
    return id;
  }

  /** The rule broken when nothing has that id. */
  NoSuch missing(String id) {
    return switch (this) {
      case VOLUME -> new NoSuch.Volume(id);
      case SNAPSHOT -> new NoSuch.Snapshot(id);
      case INSTANCE -> new NoSuch.Machine(id);
    };
  }

  /** A new id, never used before. */
  String fresh() {
    var bytes = new byte[ID_BYTES];
    RANDOM.nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes).substring(1);
  }
}
