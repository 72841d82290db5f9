package stowage.container;

import java.util.Map;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;

/** The strings of {@code -v}. */
final class BindString {
  private BindString() {}

  static Mount parse(String spec, String volumeDriver) {
    String[] parts = spec.split(":", 4);
    if (parts[0].isEmpty()
        || parts.length > 3
        || parts.length == 2 && (parts[1].isEmpty() || MountParser.Modes.valid(parts[1]))) {
      throw new InvalidArgument("invalid volume specification: '%s'".formatted(spec));
    }
    String source = parts.length == 1 ? "" : parts[0];
    String target = parts.length == 1 ? parts[0] : parts[1];
    String mode = parts.length < 3 ? "" : parts[2];
    var modes = MountParser.Modes.parse(mode);
    try {
      return source.startsWith("/")
          ? bind(source, target, mode, modes)
          : volume(source, target, mode, modes, volumeDriver);
    } catch (InvalidArgument e) {
      throw new InvalidArgument(
          "invalid volume specification: '%s': %s".formatted(spec, e.getMessage()));
    }
  }

  private static Mount bind(String source, String target, String mode, MountParser.Modes modes) {
    String clean = MountParser.cleanTarget("bind", target);
    MountParser.checkBytes("bind", source);
    if (modes.noCopy()) {
      throw extra("bind", "VolumeOptions");
    }
    return new Mount.Bind(
        Paths.clean(source),
        clean,
        modes.readOnly(),
        Mount.ReadOnlyDepth.WHERE_POSSIBLE,
        modes.propagation().orElse(Mount.Propagation.RPRIVATE),
        true,
        false,
        modes.idMap(),
        mode);
  }

  private static Mount volume(
      String name, String target, String mode, MountParser.Modes modes, String volumeDriver) {
    String clean = MountParser.cleanTarget("volume", target);
    if (modes.propagation().isPresent()) {
      throw extra("volume", "BindOptions");
    }
    if (modes.idMap().isPresent()) {
      throw MountParser.wrong(
          "volume", "idmap is for binds; a volume takes its owner from the image or the user");
    }
    if (name.isEmpty() && modes.readOnly()) {
      throw MountParser.wrong(
          "volume", "must not set ReadOnly mode when using anonymous volumes");
    }
    return new Mount.Volume(
        name,
        clean,
        modes.readOnly(),
        volumeDriver,
        Map.of(),
        Map.of(),
        modes.noCopy(),
        "",
        name.isEmpty(),
        mode.isEmpty() && !name.isEmpty() ? "z" : mode);
  }

  private static StowageException extra(String type, String field) {
    return MountParser.wrong(type, "field %s must not be specified".formatted(field));
  }
}
