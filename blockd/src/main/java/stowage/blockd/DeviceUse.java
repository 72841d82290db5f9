package stowage.blockd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.MountTable;
import stowage.linux.Open;
import stowage.linux.Stat;

/** Who uses a block device on this machine: mounts in every mount namespace, processes, swap. */
final class DeviceUse {
  /** A message names so many and says how many more there are. */
  private static final int NAMED_MAX = 8;

  private DeviceUse() {}

  /** A mount of the device, in the mount namespace of that process. */
  record Mounted(int pid, String mountPoint) {}

  /**
   * Takes the device for us alone, so that nobody mounts it meanwhile; empty if somebody has it
   * mounted or taken likewise.
   */
  static Optional<Fd> claim(String device) throws IOException {
    try {
      return Optional.of(Open.open(device, Open.O_RDONLY | Open.O_EXCL));
    } catch (ErrnoException e) {
      if (e.is(Errno.EBUSY)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Where it is mounted, once for each mount namespace. */
  static List<Mounted> mounts(String device) throws IOException {
    var special = Stat.path(device, true);
    var mounts = new ArrayList<Mounted>();
    var seen = new HashSet<String>();
    for (int pid : ProcFiles.pids()) {
      try {
        if (!seen.add(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString())) {
          continue;
        }
        for (var mount : MountTable.of(pid)) {
          boolean same =
              mount.devMajor() == special.rdevMajor() && mount.devMinor() == special.rdevMinor();
          if (same || mount.source().equals(device)) { // btrfs has a number of its own
            mounts.add(new Mounted(pid, mount.mountPoint()));
          }
        }
      } catch (IOException gone) {
        continue;
      }
    }
    return mounts;
  }

  /** Who uses it, for people: {@code mounted at /data, fio[4711]}; empty if nobody does. */
  static String holders(String device) throws IOException {
    var holders = new ArrayList<String>();
    long self = ProcessHandle.current().pid();
    var seen = new HashSet<String>();
    for (var mount : mounts(device)) {
      if (seen.add(mount.mountPoint())) {
        holders.add("mounted at " + mount.mountPoint() + " (seen by " + name(mount.pid()) + ")");
      }
    }
    var special = Stat.path(device, true);
    for (int pid : ProcFiles.pids()) {
      if (pid != self && hasOpen(pid, device, special)) {
        holders.add(name(pid));
      }
    }
    stacked(device, holders);
    if (holders.size() <= NAMED_MAX) {
      return String.join(", ", holders);
    }
    return String.join(", ", holders.subList(0, NAMED_MAX))
        + " and %d more".formatted(holders.size() - NAMED_MAX);
  }

  private static String name(int pid) {
    return ProcFiles.name(pid);
  }

  private static boolean hasOpen(int pid, String device, Stat special) {
    try (var fds = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (var fd : fds) {
        var target = Files.readSymbolicLink(fd).toString();
        if (target.equals(device) || isNode(fd, target, special)) {
          return true;
        }
      }
      return false;
    } catch (IOException | java.nio.file.DirectoryIteratorException gone) {
      return false;
    }
  }

  /** Whether a file elsewhere (in a container, say) is a node of the device. */
  private static boolean isNode(Path fd, String target, Stat special) {
    if (!target.contains("/dev/") && !target.contains("loop") && !target.contains("nbd")) {
      return false;
    }
    try {
      var stat = Stat.path(fd.toString(), true);
      return stat.type() == special.type()
          && stat.rdevMajor() == special.rdevMajor()
          && stat.rdevMinor() == special.rdevMinor();
    } catch (ErrnoException gone) {
      return false;
    }
  }

  /** Other devices on top of it, and swap. */
  private static void stacked(String device, List<String> holders) throws IOException {
    var name = Path.of(device).getFileName();
    var folder = Path.of("/sys/block").resolve(name).resolve("holders");
    if (Files.isDirectory(folder)) {
      try (var above = Files.newDirectoryStream(folder)) {
        above.forEach(path -> holders.add("/dev/" + path.getFileName()));
      }
    }
    var swaps = Path.of("/proc/swaps");
    if (Files.exists(swaps)
        && Files.readString(swaps, ISO_8859_1).lines().anyMatch(l -> l.startsWith(device + " "))) {
      holders.add("swap");
    }
  }
}
