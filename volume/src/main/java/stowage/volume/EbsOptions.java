package stowage.volume;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stowage.base.StowageException.InvalidArgument;
import stowage.cloud.AskedConfig;
import stowage.cloud.Kind;
import stowage.cloud.RuleBroken;

/**
 * The options of an {@code ebs} volume.
 *
 * @param config size, type and speed, as far as said
 * @param encrypted whether at rest nothing is readable; empty: as the region has it
 * @param filesystem what a blank volume is formatted with
 * @param origin where the bytes come from
 */
record EbsOptions(
    AskedConfig config, Optional<Boolean> encrypted, String filesystem, Origin origin) {
  /** Filesystems that are ever mounted: a volume's bytes may be anybody's. */
  static final List<String> FILESYSTEMS = List.of("ext4", "xfs");

  private static final List<String> NAMES =
      List.of(
          "size",
          "type",
          "iops",
          "throughput",
          "encrypted",
          "fstype",
          "snapshot",
          "volume",
          "from");
  private static final List<String> FROM_ELSEWHERE =
      List.of("size", "type", "iops", "throughput", "encrypted");
  private static final String DEFAULT_TYPE = "gp3";
  private static final long DEFAULT_SIZE_GIB = 8;
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(g|gb|gib|t|tb|tib)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final int GIB_IN_TIB = 1024;

  /** Where a volume's bytes come from. */
  sealed interface Origin {
    /** Zeroes. */
    record Blank() implements Origin {}

    /** A snapshot. */
    record OfSnapshot(String snapshotId) implements Origin {}

    /** That very EBS volume, which stays when the volume is removed. */
    record Adopted(String volumeId) implements Origin {}

    /** A copy of another volume as it is now. */
    record CopyOf(String name) implements Origin {}
  }

  /** Reads them; InvalidArgument for what is none or does not go together. */
  static EbsOptions parse(Map<String, String> options) {
    for (String name : options.keySet()) {
      if (!NAMES.contains(name)) {
        throw new InvalidArgument(
            "invalid option: \"%s\"; the ebs driver has %s"
                .formatted(name, String.join(", ", NAMES)));
      }
    }
    var origin = origin(options);
    String filesystem = options.getOrDefault("fstype", FILESYSTEMS.getFirst());
    if (!FILESYSTEMS.contains(filesystem)) {
      throw new InvalidArgument("fstype", filesystem, String.join(" or ", FILESYSTEMS));
    }
    if (origin instanceof Origin.Adopted) {
      for (String name : FROM_ELSEWHERE) {
        if (options.containsKey(name)) {
          throw new InvalidArgument(
              "option \"%s\" is for new EBS volumes, and \"volume\" names one that is there"
                  .formatted(name));
        }
      }
    }
    return new EbsOptions(config(options, origin), encrypted(options), filesystem, origin);
  }

  private static Origin origin(Map<String, String> options) {
    var given =
        List.of("snapshot", "volume", "from").stream().filter(options::containsKey).toList();
    if (given.size() > 1) {
      throw new InvalidArgument("only one of the options %s can be".formatted(given));
    }
    if (given.isEmpty()) {
      return new Origin.Blank();
    }
    String value = options.get(given.getFirst());
    try {
      return switch (given.getFirst()) {
        case "snapshot" -> new Origin.OfSnapshot(Kind.SNAPSHOT.require("snapshot", value));
        case "volume" -> new Origin.Adopted(Kind.VOLUME.require("volume", value));
        case String _ -> {
          VolumeNames.check(value);
          yield new Origin.CopyOf(value);
        }
      };
    } catch (RuleBroken e) {
      throw e.rule().failure();
    }
  }

  private static AskedConfig config(Map<String, String> options, Origin origin) {
    boolean blank = origin instanceof Origin.Blank;
    boolean copied = origin instanceof Origin.CopyOf; // has its source's type
    var size = size(options);
    return new AskedConfig(
        Optional.ofNullable(options.get("type"))
            .or(() -> copied ? Optional.empty() : Optional.of(DEFAULT_TYPE)),
        blank && size.isEmpty() ? OptionalLong.of(DEFAULT_SIZE_GIB) : size,
        number(options, "iops"),
        number(options, "throughput"),
        Optional.empty());
  }

  private static OptionalLong size(Map<String, String> options) {
    if (!options.containsKey("size")) {
      return OptionalLong.empty();
    }
    String text = options.get("size");
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT).strip());
    if (!matcher.matches()) {
      throw new InvalidArgument("size", text, "GiB, as in 10, 10GiB or 2TiB");
    }
    boolean tib = matcher.group(2) != null && matcher.group(2).startsWith("t");
    return OptionalLong.of(Long.parseLong(matcher.group(1)) * (tib ? GIB_IN_TIB : 1));
  }

  private static OptionalLong number(Map<String, String> options, String name) {
    String text = options.getOrDefault(name, "");
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new InvalidArgument(name, text, "a number");
    }
    return OptionalLong.of(Long.parseLong(text));
  }

  private static Optional<Boolean> encrypted(Map<String, String> options) {
    return switch (options.getOrDefault("encrypted", "")) {
      case "" -> Optional.empty();
      case "true", "yes", "1" -> Optional.of(true);
      case "false", "no", "0" -> Optional.of(false);
      case String other -> throw new InvalidArgument("encrypted", other, "true or false");
    };
  }
}
