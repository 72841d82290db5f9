package stowage.volume;

import java.util.regex.Pattern;
import stowage.base.StowageException.InvalidArgument;

/** What a volume may be called: Docker's rules in Docker's words. */
final class VolumeNames {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final int CHARS_MAX = 255; // of a file's name

  private VolumeNames() {}

  static void check(String name) {
    if (name.length() == 1) {
      throw new InvalidArgument(
          "create %s: volume name is too short, names should be at least two alphanumeric"
              .formatted(name)
              + " characters");
    }
    if (!NAME.matcher(name).matches()) {
      throw new InvalidArgument(
          "create %s: \"%s\" includes invalid characters for a local volume name, only"
              .formatted(name, name)
              + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
              + " directory, use absolute path");
    }
    if (name.length() > CHARS_MAX) {
      throw new InvalidArgument(
          "create %s: volume name is too long, names should be at most %d characters"
              .formatted(name, CHARS_MAX));
    }
  }
}
