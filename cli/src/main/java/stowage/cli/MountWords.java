package stowage.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The words of {@code --mount key=value,...}, as the stock docker CLI has them. */
final class MountWords {
  private static final List<String> KEYS =
      List.of(
          "type",
          "source",
          "target",
          "readonly",
          "bind-propagation",
          "bind-recursive",
          "bind-create-src",
          "volume-nocopy",
          "volume-subpath",
          "volume-driver",
          "volume-opt",
          "volume-label",
          "tmpfs-size",
          "tmpfs-mode",
          "image-subpath",
          "consistency");

  private MountWords() {}

  /**
   * The API's Mount object.
   *
   * @throws CliException for a key that does not exist, with the list of those that do
   */
  static Map<String, Object> parse(String spec) {
    var mount = new LinkedHashMap<String, Object>();
    mount.put("Type", "volume");
    for (var field : spec.split(",")) {
      int equals = field.indexOf('=');
      var key = equals < 0 ? field : field.substring(0, equals);
      var value = equals < 0 ? "true" : field.substring(equals + 1);
      switch (key) {
        case "type" -> mount.put("Type", value);
        case "source", "src" -> mount.put("Source", value);
        case "target", "dst", "destination" -> mount.put("Target", value);
        case "readonly", "ro" -> mount.put("ReadOnly", flag(key, value));
        case "consistency" -> mount.put("Consistency", value);
        case "bind-propagation" -> options(mount, "BindOptions").put("Propagation", value);
        case "bind-create-src" ->
            options(mount, "BindOptions").put("CreateMountpoint", flag(key, value));
        case "bind-recursive" -> recursive(options(mount, "BindOptions"), value);
        case "volume-nocopy" -> options(mount, "VolumeOptions").put("NoCopy", flag(key, value));
        case "volume-subpath" -> options(mount, "VolumeOptions").put("Subpath", value);
        case "volume-label" -> pair(options(options(mount, "VolumeOptions"), "Labels"), value);
        case "volume-driver" ->
            options(options(mount, "VolumeOptions"), "DriverConfig").put("Name", value);
        case "volume-opt" ->
            pair(
                options(options(options(mount, "VolumeOptions"), "DriverConfig"), "Options"),
                value);
        case "tmpfs-size" ->
            options(mount, "TmpfsOptions").put("SizeBytes", Specs.size(key, value));
        case "tmpfs-mode" -> options(mount, "TmpfsOptions").put("Mode", mode(value));
        case "image-subpath" -> options(mount, "ImageOptions").put("Subpath", value);
        default ->
            throw new CliException(
                125, "--mount: no key '" + key + "'; there are " + String.join(", ", KEYS));
      }
    }
    if (!mount.containsKey("Target")) {
      throw new CliException(125, "--mount: target is missing in '" + spec + "'");
    }
    return mount;
  }

  @SuppressWarnings("unchecked") // every object in the tree was put there by this class
  private static Map<String, Object> options(Map<String, Object> in, String name) {
    return (Map<String, Object>) in.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
  }

  private static void pair(Map<String, Object> into, String word) {
    int equals = word.indexOf('=');
    into.put(
        equals < 0 ? word : word.substring(0, equals),
        equals < 0 ? "" : word.substring(equals + 1));
  }

  private static void recursive(Map<String, Object> options, String value) {
    switch (value) {
      case "enabled" -> options.put("NonRecursive", false);
      case "disabled" -> options.put("NonRecursive", true);
      case "writable" -> options.put("ReadOnlyNonRecursive", true);
      case "readonly" -> options.put("ReadOnlyForceRecursive", true);
      default ->
          throw new CliException(
              125,
              "--mount: bind-recursive: got '"
                  + value
                  + "', want enabled, disabled, writable or readonly");
    }
  }

  private static boolean flag(String key, String value) {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new CliException(
              125, "--mount: " + key + ": got '" + value + "', want true or false");
    };
  }

  private static long mode(String octal) {
    try {
      return Long.parseLong(octal, 8);
    } catch (NumberFormatException e) {
      throw new CliException(125, "--mount: tmpfs-mode: got '" + octal + "', want octal, as 1777");
    }
  }
}
