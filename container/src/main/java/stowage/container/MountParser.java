package stowage.container;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;

/**
 * The one parser of mounts: {@code -v} strings, {@code --mount} objects, {@code --tmpfs} options,
 * {@code --volumes-from} references.
 *
 * <p>What it accepts and the words it refuses with are Docker 28's, with two differences: a mode,
 * key or option that does not exist is refused with the list of those that do, and {@code idmap} is
 * a mode (and a Consistency, which stock clients pass on as it is).
 *
 * <p>It looks at words only, never at the host.
 */
public final class MountParser {
  private MountParser() {}

  /**
   * Another container whose mounts are taken over; {@code readOnly} empty leaves them as they are.
   */
  public record From(String container, boolean readOnly) {}

  /**
   * Parses a {@code -v} string: {@code TARGET}, {@code SOURCE:TARGET} or {@code
   * SOURCE:TARGET:MODE}.
   *
   * @param volumeDriver for volumes it names; empty for local
   */
  public static Mount bind(String spec, String volumeDriver) {
    return BindString.parse(spec, volumeDriver);
  }

  /** Parses an object of {@code HostConfig.Mounts}. */
  public static Mount mount(JsonObject fields) {
    return MountFields.parse(fields);
  }

  /** Parses {@code --tmpfs TARGET:OPTIONS}, without the colon. */
  public static Mount.Tmpfs tmpfs(String target, String options) {
    return TmpfsOptions.parse(cleanTarget("tmpfs", target), options);
  }

  /** Parses a path of {@code Config.Volumes}: an anonymous volume. */
  public static Mount.Volume anonymous(String target, String volumeDriver) {
    return Mount.Volume.anonymous(cleanTarget("volume", target), volumeDriver);
  }

  /** Parses {@code --volumes-from CONTAINER[:MODE]}. */
  public static From volumesFrom(String spec) {
    if (spec.isEmpty()) {
      throw new InvalidArgument("volumes-from specification cannot be an empty string");
    }
    int colon = spec.indexOf(':');
    String mode = colon < 0 ? "" : spec.substring(colon + 1);
    var modes = Modes.parse(mode);
    if (modes.propagation().isPresent() || modes.noCopy() || modes.idMap().isPresent()) {
      throw new InvalidArgument("invalid mode: " + mode);
    }
    return new From(colon < 0 ? spec : spec.substring(0, colon), modes.readOnly());
  }

  /** The target cleaned; a relative one and the root are refused. */
  static String cleanTarget(String type, String target) {
    if (target.isEmpty()) {
      throw wrong(type, "field Target must not be empty");
    }
    String clean = Paths.clean(target);
    if (clean.equals("/")) {
      throw wrong(type, "invalid specification: destination can't be '/'");
    }
    if (!target.startsWith("/")) {
      throw wrong(type, notAbsolute(target));
    }
    checkBytes(type, target);
    return clean;
  }

  static String notAbsolute(String path) {
    return "invalid mount path: '%s' mount path must be absolute".formatted(path);
  }

  /** Refuses what no path can hold; Linux would cut it short at the NUL. */
  static void checkBytes(String type, String path) {
    if (path.indexOf('\0') >= 0) {
      throw wrong(type, "a path must not contain a NUL byte");
    }
  }

  /** A subpath that stays inside, as Go's filepath.IsLocal sees it. */
  static String subpath(String type, String subpath) {
    checkBytes(type, subpath);
    if (!subpath.isEmpty() && !Paths.isLocal(subpath)) {
      throw wrong(type, "subpath must be a relative path within the " + type);
    }
    return subpath;
  }

  static StowageException wrong(String type, String why) {
    return new InvalidArgument("invalid mount config for type \"%s\": %s".formatted(type, why));
  }

  static String list(Collection<String> words) {
    return String.join(", ", words);
  }

  /** The modes of a {@code -v} string, understood. */
  record Modes(
      boolean readOnly,
      boolean noCopy,
      Optional<Mount.Propagation> propagation,
      Optional<IdMap> idMap) {
    private static final Map<String, String> GROUPS = new LinkedHashMap<>();

    static {
      group("access", "ro", "rw");
      group("label", "z", "Z");
      group("copy", "nocopy");
      group("propagation", "private", "rprivate", "shared", "rshared", "slave", "rslave");
      group("consistency", "default", "consistent", "cached", "delegated");
    }

    private static void group(String group, String... words) {
      List.of(words).forEach(word -> GROUPS.put(word, group));
    }

    /** Whether every word of {@code mode} is a mode: then it is no target. */
    static boolean valid(String mode) {
      for (String word : mode.split(",", -1)) {
        if (!GROUPS.containsKey(word) && !IdMap.is(word)) {
          return false;
        }
      }
      return true;
    }

    /** Parses a comma separated list; of each group at most one; empty is the defaults. */
    static Modes parse(String mode) {
      var words = new LinkedHashMap<String, String>();
      if (!mode.isEmpty()) {
        for (String word : mode.split(",", -1)) {
          String group = IdMap.is(word) ? IdMap.WORD : GROUPS.get(word);
          if (group == null) {
            throw new InvalidArgument(
                "invalid mode: %s; want modes of: %s, %s"
                    .formatted(mode, list(GROUPS.keySet()), IdMap.FORMS));
          }
          if (words.put(group, word) != null) {
            throw new InvalidArgument("invalid mode: " + mode);
          }
        }
      }
      return new Modes(
          "ro".equals(words.get("access")),
          words.containsKey("copy"),
          Optional.ofNullable(words.get("propagation")).map(MountFields::propagation),
          Optional.ofNullable(words.get(IdMap.WORD)).map(IdMap::parse));
    }
  }
}
