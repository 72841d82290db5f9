package stowage.container;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** The objects of {@code HostConfig.Mounts}. */
final class MountFields {
  private static final List<String> CONSISTENCIES =
      List.of("default", "consistent", "cached", "delegated");

  private MountFields() {}

  static Mount parse(JsonObject fields) {
    String type = fields.string("Type", "");
    known(
        type,
        "",
        fields,
        "Type", "Source", "Target", "ReadOnly", "Consistency", "BindOptions", "VolumeOptions",
        "ImageOptions", "TmpfsOptions", "ClusterOptions");
    String target = MountParser.cleanTarget(type, fields.string("Target", ""));
    return switch (type) {
      case "bind" -> bind(fields, target);
      case "volume" -> volume(fields, target);
      case "tmpfs" -> tmpfs(fields, target);
      case "image" -> image(fields, target);
      default -> throw MountParser.wrong(type, "mount type unknown");
    };
  }

  static Mount.Propagation propagation(String word) {
    return Arrays.stream(Mount.Propagation.values())
        .filter(propagation -> propagation.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> MountParser.wrong("bind", "invalid propagation mode: " + word));
  }

  private static Mount bind(JsonObject fields, String target) {
    String source = required("bind", fields);
    var options = options(fields, "BindOptions");
    known(
        "bind",
        "BindOptions.",
        options,
        "Propagation", "NonRecursive", "CreateMountpoint", "ReadOnlyNonRecursive",
        "ReadOnlyForceRecursive");
    String word = options.string("Propagation", "");
    var propagation = word.isEmpty() ? Mount.Propagation.RPRIVATE : propagation(word);
    without("bind", fields, "VolumeOptions", "TmpfsOptions", "ImageOptions");
    if (!source.startsWith("/")) {
      throw MountParser.wrong("bind", MountParser.notAbsolute(source));
    }
    MountParser.checkBytes("bind", source);
    boolean readOnly = fields.bool("ReadOnly");
    return new Mount.Bind(
        Paths.clean(source),
        target,
        readOnly,
        depth(options, readOnly, propagation),
        propagation,
        !options.bool("NonRecursive"),
        options.bool("CreateMountpoint"),
        consistency("bind", fields),
        "");
  }

  private static Mount.ReadOnlyDepth depth(
      JsonObject options, boolean readOnly, Mount.Propagation propagation) {
    boolean top = options.bool("ReadOnlyNonRecursive");
    boolean forced = options.bool("ReadOnlyForceRecursive");
    if ((top || forced) && !readOnly) {
      throw MountParser.wrong(
          "bind",
          "field BindOptions.%s must not be specified without ReadOnly"
              .formatted(top ? "ReadOnlyNonRecursive" : "ReadOnlyForceRecursive"));
    }
    if (top && forced) {
      throw MountParser.wrong(
          "bind", "ReadOnlyNonRecursive and ReadOnlyForceRecursive exclude each other");
    }
    if (forced && propagation != Mount.Propagation.RPRIVATE) {
      // What propagates in later would be writable.
      throw MountParser.wrong(
          "bind", "ReadOnlyForceRecursive needs the propagation rprivate");
    }
    return forced
        ? Mount.ReadOnlyDepth.FORCED
        : top ? Mount.ReadOnlyDepth.TOP : Mount.ReadOnlyDepth.WHERE_POSSIBLE;
  }

  private static Mount volume(JsonObject fields, String target) {
    String name = fields.string("Source", "");
    without("volume", fields, "BindOptions", "ImageOptions", "TmpfsOptions");
    noIdMap("volume", fields);
    var options = options(fields, "VolumeOptions");
    known(
        "volume", "VolumeOptions.", options, "NoCopy", "Labels", "DriverConfig", "Subpath");
    var driver = options(options, "DriverConfig");
    known("volume", "VolumeOptions.DriverConfig.", driver, "Name", "Options");
    String subpath = options.string("Subpath", "");
    if (!subpath.isEmpty() && name.isEmpty()) {
      throw MountParser.wrong("volume", "must not set Subpath when using anonymous volumes");
    }
    boolean readOnly = fields.bool("ReadOnly");
    if (readOnly && name.isEmpty()) {
      throw MountParser.wrong(
          "volume", "must not set ReadOnly mode when using anonymous volumes");
    }
    return new Mount.Volume(
        name,
        target,
        readOnly,
        driver.string("Name", ""),
        driver.stringMap("Options"),
        options.stringMap("Labels"),
        options.bool("NoCopy"),
        MountParser.subpath("volume", subpath),
        name.isEmpty(),
        name.isEmpty() ? "" : "z");
  }

  private static Mount tmpfs(JsonObject fields, String target) {
    without("tmpfs", fields, "BindOptions", "VolumeOptions", "ImageOptions");
    noIdMap("tmpfs", fields);
    if (!fields.string("Source", "").isEmpty()) {
      throw MountParser.wrong("tmpfs", "field Source must not be specified");
    }
    var options = options(fields, "TmpfsOptions");
    known("tmpfs", "TmpfsOptions.", options, "SizeBytes", "Mode", "Options");
    return TmpfsOptions.of(target, fields.bool("ReadOnly"), options);
  }

  private static Mount image(JsonObject fields, String target) {
    String source = required("image", fields);
    without("image", fields, "BindOptions", "VolumeOptions", "TmpfsOptions");
    noIdMap("image", fields);
    var options = options(fields, "ImageOptions");
    known("image", "ImageOptions.", options, "Subpath");
    return new Mount.Image(
        source, target, MountParser.subpath("image", options.string("Subpath", "")));
  }

  private static String required(String type, JsonObject fields) {
    String source = fields.string("Source", "");
    if (source.isEmpty()) {
      throw MountParser.wrong(type, "field Source must not be empty");
    }
    return source;
  }

  private static JsonObject options(JsonObject fields, String name) {
    return fields.object(name).orElse(JsonObject.of(java.util.Map.of(), name));
  }

  private static void without(String type, JsonObject fields, String... others) {
    for (String other : others) {
      if (fields.has(other)) {
        throw MountParser.wrong(type, "field %s must not be specified".formatted(other));
      }
    }
    if (fields.has("ClusterOptions")) {
      throw MountParser.wrong(type, "field ClusterOptions must not be specified");
    }
  }

  /** Consistency means nothing on Linux; stock clients pass it on, and so it carries the idmap. */
  private static Optional<IdMap> consistency(String type, JsonObject fields) {
    String word = fields.string("Consistency", "").toLowerCase(Locale.ROOT);
    if (IdMap.is(word)) {
      return Optional.of(IdMap.parse(word));
    }
    if (!word.isEmpty() && !CONSISTENCIES.contains(word)) {
      throw MountParser.wrong(
          type,
          "invalid consistency: %s; want one of %s, %s"
              .formatted(word, MountParser.list(CONSISTENCIES), IdMap.FORMS));
    }
    return Optional.empty();
  }

  private static void noIdMap(String type, JsonObject fields) {
    if (consistency(type, fields).isPresent()) {
      throw MountParser.wrong(type, "idmap is for binds");
    }
  }

  private static void known(String type, String path, JsonObject fields, String... names) {
    var known = List.of(names);
    for (String name : fields.names()) {
      if (!known.contains(name) && fields.has(name)) {
        StowageException unknown =
            MountParser.wrong(
                type,
                "unknown field %s%s; want one of %s"
                    .formatted(path, name, MountParser.list(known)));
        throw unknown;
      }
    }
  }
}
