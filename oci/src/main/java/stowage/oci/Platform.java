package stowage.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * What an image runs on.
 *
 * @param os Go's name: {@code linux}
 * @param architecture Go's name: {@code amd64}, {@code arm64}
 * @param variant of the architecture: {@code v8}; empty when there is none or it is not said
 * @param osVersion Windows' build; empty on Linux
 */
public record Platform(String os, String architecture, String variant, String osVersion) {
  private static final int LOWEST_ARM = 5;

  public Platform {
    Objects.requireNonNull(os);
    Objects.requireNonNull(architecture);
    Objects.requireNonNull(variant);
    Objects.requireNonNull(osVersion);
  }

  public Platform(String os, String architecture, String variant) {
    this(os, architecture, variant, "");
  }

  /** This machine's. */
  public static Platform host() {
    return new Platform("linux", System.getProperty("os.arch"), "").normalised();
  }

  /**
   * Parses {@code os/architecture[/variant]}, an architecture alone, or an os alone; what is not
   * said is this machine's.
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    for (String part : parts) {
      if (!part.matches("[A-Za-z0-9_.-]{1,64}") || parts.length > 3) {
        throw new StowageException.InvalidArgument(
            "%s is an invalid platform, want os/architecture[/variant]"
                .formatted(TarText.display(text)));
      }
    }
    Platform host = host();
    Platform parsed =
        switch (parts.length) {
          case 1 ->
              isOs(parts[0])
                  ? new Platform(parts[0], host.architecture, host.variant)
                  : new Platform(host.os, parts[0], "");
          case 2 -> new Platform(parts[0], parts[1], "");
          default -> new Platform(parts[0], parts[1], parts[2]);
        };
    return parsed.normalised();
  }

  private static boolean isOs(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "linux", "windows", "darwin", "macos", "freebsd" -> true;
      default -> false;
    };
  }

  static Platform of(JsonObject json) {
    return new Platform(
        json.string("os", ""),
        json.string("architecture", ""),
        json.string("variant", ""),
        json.string("os.version", ""));
  }

  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("architecture", architecture);
    json.put("os", os);
    if (!osVersion.isEmpty()) {
      json.put("os.version", osVersion);
    }
    if (!variant.isEmpty()) {
      json.put("variant", variant);
    }
    return json;
  }

  /** The same in Go's words, the variant every machine of the architecture has left out. */
  public Platform normalised() {
    String arch = architecture.toLowerCase(Locale.ROOT);
    String var = variant.toLowerCase(Locale.ROOT);
    String plain = var.matches("[0-9]+") ? "v" + var : var;
    String system = os.toLowerCase(Locale.ROOT).equals("macos") ? "darwin" : os;
    String goArch =
        switch (arch) {
          case "x86_64", "x86-64" -> "amd64";
          case "aarch64" -> "arm64";
          case "i386", "i486", "i586", "i686" -> "386";
          case "armhf", "armel", "armv7l", "armv6l" -> "arm";
          default -> arch;
        };
    String goVariant =
        switch (goArch) {
          case "amd64" -> plain.equals("v1") ? "" : plain;
          case "arm64" -> plain.equals("v8") || plain.equals("v8.0") ? "" : plain;
          case "arm" -> arch.equals("armel") || arch.equals("armv6l") ? "v6"
              : plain.isEmpty() ? "v7" : plain;
          default -> plain;
        };
    return new Platform(system.toLowerCase(Locale.ROOT), goArch, goVariant, osVersion);
  }

  /** What a machine of this platform runs, best first. */
  List<Platform> runs() {
    Platform own = normalised();
    var all = new ArrayList<Platform>();
    int level = level(own.variant);
    switch (own.architecture) {
      case "amd64" -> {
        for (int v = level; v > 1; v--) {
          all.add(new Platform(os, "amd64", "v" + v));
        }
        all.add(new Platform(os, "amd64", ""));
        all.add(new Platform(os, "386", ""));
      }
      case "arm64" -> {
        if (level > 8) {
          all.add(own);
        }
        all.add(new Platform(os, "arm64", ""));
        addArm(all, 8);
      }
      case "arm" -> addArm(all, level);
      default -> all.add(own);
    }
    return all;
  }

  private void addArm(List<Platform> all, int from) {
    for (int v = from; v >= LOWEST_ARM; v--) {
      all.add(new Platform(os, "arm", "v" + v));
    }
  }

  private static int level(String variant) {
    return variant.matches("v[0-9]") ? variant.charAt(1) - '0' : 0;
  }

  /** {@code os/architecture[/variant]}. */
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
