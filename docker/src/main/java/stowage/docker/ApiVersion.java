package stowage.docker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Engine API. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  /** The newest this agent speaks, and what requests without a version mean. */
  static final ApiVersion MAX = new ApiVersion(1, 50);

  /** The oldest. */
  static final ApiVersion MIN = new ApiVersion(1, 24);

  private static final Pattern PREFIX = Pattern.compile("/v(\\d{1,4})\\.(\\d{1,4})(/.*)");

  /** A path taken apart: {@code /v1.41/info} is 1.41 and {@code /info}. */
  record Path(ApiVersion version, String rest) {
    static Path parse(String path) {
      Matcher matcher = PREFIX.matcher(path);
      return matcher.matches()
          ? new Path(
              new ApiVersion(
                  Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))),
              matcher.group(3))
          : new Path(MAX, path);
    }
  }

  boolean atLeast(int wantedMinor) {
    return compareTo(new ApiVersion(1, wantedMinor)) >= 0;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
