package stowage.oci;

import java.util.Objects;

/**
 * What an image runs on.
 *
 * @param os Go's name: {@code linux}
 * @param architecture Go's name: {@code amd64}, {@code arm64}
 * @param variant of the architecture: {@code v8}; empty when there is none or it is not said
 * @param osVersion Windows' build; empty on Linux
 */
public record Platform(String os, String architecture, String variant, String osVersion) {
  public Platform {
    Objects.requireNonNull(os);
    Objects.requireNonNull(architecture);
    Objects.requireNonNull(variant);
    Objects.requireNonNull(osVersion);
  }

  public Platform(String os, String architecture, String variant) {
    this(os, architecture, variant, "");
  }
}
