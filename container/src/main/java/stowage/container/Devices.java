package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import stowage.base.ByteStrings;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.ErrnoException;
import stowage.linux.FileType;
import stowage.linux.Stat;
import stowage.oci.RuntimeSpec;

/** The host's devices that a container is given. */
final class Devices {
  private static final int DEVICES_MAX = 4096;
  private static final Pattern RULE =
      Pattern.compile("([acb]) ([0-9]{1,6}|\\*):([0-9]{1,6}|\\*) ([rwm]{1,3})");

  /** In /dev but not devices of the host's to give away: the container has its own. */
  private static final Set<String> OWN = Set.of("pts", "shm", "fd", "mqueue", "console");

  private Devices() {}

  static List<RuntimeSpec.Device> of(Security security) {
    var devices = new ArrayList<RuntimeSpec.Device>();
    if (security.privileged()) {
      all(Path.of("/dev"), Path.of("/dev"), "", devices);
    }
    for (Device asked : security.devices()) {
      Path path = Path.of(asked.hostPath());
      int before = devices.size();
      String access = asked.permissions().isEmpty() ? "rwm" : asked.permissions();
      if (Files.isDirectory(path)) {
        all(path, Path.of(asked.containerPath()), access, devices);
      } else {
        device(path, asked.containerPath(), access).ifPresent(devices::add);
      }
      if (devices.size() == before) {
        String why = Files.exists(path) ? "not a device node" : "no such file or directory";
        throw new InvalidArgument(
            "error gathering device information while adding custom device \"%s\": %s"
                .formatted(asked.hostPath(), why));
      }
    }
    return devices;
  }

  private static void all(Path from, Path to, String access, List<RuntimeSpec.Device> devices) {
    try (var entries = Files.newDirectoryStream(from)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        Path target = to.resolve(name);
        if (devices.size() >= DEVICES_MAX || OWN.contains(name) || Files.isSymbolicLink(entry)) {
          continue;
        }
        if (Files.isDirectory(entry)) {
          all(entry, target, access, devices);
        } else {
          device(entry, target.toString(), access).ifPresent(devices::add);
        }
      }
    } catch (IOException e) {
      // A directory that went away has no devices.
    }
  }

  private static Optional<RuntimeSpec.Device> device(Path path, String target, String access) {
    try {
      var stat = Stat.path(ByteStrings.ofPath(path), true);
      boolean character = stat.type() == FileType.CHARACTER_DEVICE;
      if (!character && stat.type() != FileType.BLOCK_DEVICE) {
        return Optional.empty();
      }
      return Optional.of(
          new RuntimeSpec.Device(
              target,
              character ? 'c' : 'b',
              stat.rdevMajor(),
              stat.rdevMinor(),
              stat.permissions(),
              stat.uid(),
              stat.gid(),
              access));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  /** Parses {@code "c 1:3 mr"}. */
  static RuntimeSpec.DeviceRule rule(String text) {
    var parts = RULE.matcher(text);
    if (!parts.matches()) {
      throw new InvalidArgument("invalid device cgroup rule format: '%s'".formatted(text));
    }
    return new RuntimeSpec.DeviceRule(
        true,
        parts.group(1).charAt(0),
        number(parts.group(2)),
        number(parts.group(3)),
        parts.group(4));
  }

  private static Optional<Long> number(String text) {
    return text.equals("*") ? Optional.empty() : Optional.of(Long.parseLong(text));
  }
}
