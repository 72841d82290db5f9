package stowage.image;

import java.util.Locale;
import stowage.base.StowageException;
import stowage.oci.Platform;

/** Platforms as users write them, and this machine's. */
final class Platforms {
  private Platforms() {}

  /** What this machine runs. */
  static Platform host() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
      case "aarch64" -> new Platform("linux", "arm64", "v8");
      case "arm" -> new Platform("linux", "arm", "v7");
      case String other -> new Platform("linux", other, "");
    };
  }

  /** Parses "os", "arch", "os/arch" or "os/arch/variant". */
  static Platform parse(String text) {
    var parts = text.toLowerCase(Locale.ROOT).split("/", -1);
    for (var part : parts) {
      if (!part.matches("[a-z0-9_.-]{1,64}") || parts.length > 3) {
        throw new StowageException.InvalidArgument(
            "\"%s\": unknown operating system or architecture: invalid argument".formatted(text));
      }
    }
    if (parts.length == 1) {
      return parts[0].equals("linux")
          ? host()
          : normal("linux", parts[0], "");
    }
    return normal(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  private static Platform normal(String os, String architecture, String variant) {
    return switch (architecture) {
      case "x86_64", "x86-64", "amd64" ->
          new Platform(os, "amd64", variant.equals("v1") ? "" : variant);
      case "aarch64", "arm64" ->
          new Platform(os, "arm64", variant.isEmpty() || variant.equals("8") ? "v8" : variant);
      case "armhf" -> new Platform(os, "arm", "v7");
      case "armel" -> new Platform(os, "arm", "v6");
      case "arm" -> new Platform(os, "arm", variant.isEmpty() ? "v7" : variant);
      case "i386" -> new Platform(os, "386", "");
      default -> new Platform(os, architecture, variant);
    };
  }

  /** "linux/amd64", "linux/arm64/v8". */
  static String text(Platform platform) {
    String text = platform.os() + "/" + platform.architecture();
    return platform.variant().isEmpty() ? text : text + "/" + platform.variant();
  }

  /** Whether an image for {@code have} is what was asked for. */
  static boolean suits(Platform have, Platform wanted) {
    var normal = normal(have.os(), have.architecture(), have.variant());
    return normal.os().equals(wanted.os())
        && normal.architecture().equals(wanted.architecture())
        && (normal.variant().equals(wanted.variant()) || wanted.variant().isEmpty());
  }
}
