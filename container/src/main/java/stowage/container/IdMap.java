package stowage.container;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import stowage.base.StowageException.InvalidArgument;

/**
 * How owners on disk and owners in the container correspond on an idmapped bind.
 *
 * <p>On the wire: {@code idmap} or {@code idmap=auto}, or spelled out as podman does: {@code
 * idmap=uids=1000-0-1;gids=1000-0-1}, triplets of first id on disk, first id in the container and
 * count, more than one joined by {@code #}. Ids that are not mentioned stay as they are.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>
 */
public sealed interface IdMap {
  /** The mode's name, alone or before "=". */
  String WORD = "idmap";

  /** What may follow it, for error messages. */
  String FORMS = "idmap, idmap=auto, idmap=uids=DISK-CONTAINER-COUNT;gids=DISK-CONTAINER-COUNT";

  /** The written form. */
  String word();

  /** From the owner of the source to the container's user, and back. */
  record Auto() implements IdMap {
    @Override
    public String word() {
      return "idmap=auto";
    }
  }

  /** As the client says. */
  record Explicit(List<Range> uids, List<Range> gids) implements IdMap {
    public Explicit {
      uids = List.copyOf(uids);
      gids = List.copyOf(gids);
    }

    @Override
    public String word() {
      var parts = new ArrayList<String>();
      if (!uids.isEmpty()) {
        parts.add("uids=" + words(uids));
      }
      if (!gids.isEmpty()) {
        parts.add("gids=" + words(gids));
      }
      return WORD + "=" + String.join(";", parts);
    }
  }

  /**
   * {@code count} ids from {@code disk} on disk, which appear from {@code container} on.
   */
  record Range(long disk, long container, long count) {
    /** Ids are below this; the highest, (uid_t) -1, is no id. */
    public static final long LIMIT = 0xffff_ffffL;

    public Range {
      if (count < 1 || disk < 0 || container < 0 || disk + count > LIMIT
          || container + count > LIMIT) {
        throw new InvalidArgument(
            "idmap: %d-%d-%d is outside of 0 to %d".formatted(disk, container, count, LIMIT));
      }
    }

    @Override
    public String toString() {
      return disk + "-" + container + "-" + count;
    }
  }

  /** Whether {@code mode} is this word in any form. */
  static boolean is(String mode) {
    return mode.equals(WORD) || mode.startsWith(WORD + "=");
  }

  /** Parses the written form. */
  static IdMap parse(String mode) {
    if (mode.equals(WORD) || mode.equals(WORD + "=auto")) {
      return new Auto();
    }
    if (!mode.startsWith(WORD + "=")) {
      throw wrong(mode);
    }
    List<Range> uids = List.of();
    List<Range> gids = List.of();
    for (String part : mode.substring(WORD.length() + 1).split(";", -1)) {
      if (part.startsWith("uids=") && uids.isEmpty()) {
        uids = ranges(part.substring(5), mode);
      } else if (part.startsWith("gids=") && gids.isEmpty()) {
        gids = ranges(part.substring(5), mode);
      } else {
        throw wrong(mode);
      }
    }
    return new Explicit(uids, gids);
  }

  private static List<Range> ranges(String text, String mode) {
    var triplet = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,10})");
    var ranges = new ArrayList<Range>();
    for (String part : text.split("#", -1)) {
      var matcher = triplet.matcher(part);
      if (!matcher.matches() || ranges.size() == 16) {
        throw wrong(mode);
      }
      ranges.add(
          new Range(
              Long.parseLong(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3))));
    }
    return ranges;
  }

  private static String words(List<Range> ranges) {
    return String.join("#", ranges.stream().map(Range::toString).toList());
  }

  private static InvalidArgument wrong(String mode) {
    return new InvalidArgument("invalid mode: %s; want one of %s".formatted(mode, FORMS));
  }
}
