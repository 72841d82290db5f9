package stowage.container;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import stowage.base.StowageException.Failed;
import stowage.linux.ErrnoException;
import stowage.linux.MountTable;
import stowage.linux.Processes;

/**
 * The control groups of containers: {@code /stowage/<id>} in every hierarchy. The runtime makes
 * them; here they are read, frozen and removed.
 *
 * @param controllers where each controller of cgroup v1 is mounted; empty with v2
 * @param unified where cgroup v2 is mounted, if it is what controllers are in
 * @param mounts all hierarchies; on hosts with both versions the runtime uses v2 beside v1
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">cgroup v2</a>
 */
record Cgroups(Map<String, Path> controllers, Optional<Path> unified, Set<Path> mounts) {
  private static final String PARENT = "stowage";
  private static final int FREEZE_ATTEMPTS_MAX = 2000;
  private static final Set<String> V1 =
      Set.of(
          "cpu",
          "cpuacct",
          "cpuset",
          "memory",
          "devices",
          "freezer",
          "blkio",
          "pids",
          "net_cls",
          "net_prio",
          "perf_event",
          "hugetlb",
          "rdma",
          "misc");

  Cgroups {
    controllers = Map.copyOf(controllers);
    mounts = Set.copyOf(mounts);
  }

  /** Looks where they are mounted. */
  static Cgroups find() {
    try {
      var controllers = new HashMap<String, Path>();
      Optional<Path> unified = Optional.empty();
      var mounts = new HashSet<Path>();
      for (var mount : MountTable.own()) {
        if (mount.type().equals("cgroup")) {
          for (String option : mount.superOptions().split(",")) {
            if (V1.contains(option)) {
              controllers.putIfAbsent(option, Path.of(mount.mountPoint()));
            } else if (option.equals("name=systemd")) {
              controllers.putIfAbsent("systemd", Path.of(mount.mountPoint()));
            }
          }
        } else if (mount.type().equals("cgroup2") && unified.isEmpty()) {
          unified = Optional.of(Path.of(mount.mountPoint()));
        }
        if (mount.type().startsWith("cgroup") && mount.root().equals("/")) {
          mounts.add(Path.of(mount.mountPoint()));
        }
      }
      return new Cgroups(
          controllers, controllers.containsKey("memory") ? Optional.empty() : unified, mounts);
    } catch (IOException e) {
      throw new Failed("mount table: " + e.getMessage(), e);
    }
  }

  boolean isV2() {
    return unified.isPresent();
  }

  /** What the runtime is told: from the hierarchy's root. */
  static String path(String id) {
    return "/" + PARENT + "/" + id;
  }

  /** Whether memory and swap together can be limited. */
  boolean hasSwapLimit() {
    return isV2()
        ? Files.exists(Path.of("/proc/swaps"))
        : exists("memory", "memory.memsw.limit_in_bytes");
  }

  boolean hasBlkioWeight() {
    return isV2() || exists("blkio", "blkio.weight");
  }

  private boolean exists(String controller, String file) {
    Path mount = controllers.get(controller);
    return mount != null && Files.exists(mount.resolve(file));
  }

  /** A container's directory in a hierarchy; the only one with v2. */
  Optional<Path> directory(String controller, String id) {
    return unified
        .or(() -> Optional.ofNullable(controllers.get(controller)))
        .map(mount -> mount.resolve(PARENT).resolve(id));
  }

  /** The processes of a container, further groups it made for itself included. */
  List<Integer> pids(String id) {
    var pids = new TreeSet<Integer>();
    for (Path directory : directories(id)) {
      for (Path each : tree(directory)) {
        for (String line : lines(each.resolve("cgroup.procs"))) {
          pids.add(Integer.parseInt(line));
        }
      }
      if (!pids.isEmpty()) {
        break;
      }
    }
    return List.copyOf(pids);
  }

  /** Freezes all processes, or lets them go on; returns when they are. */
  void freeze(String id, boolean frozen) {
    Path file =
        isV2()
            ? directory("", id).orElseThrow().resolve("cgroup.freeze")
            : directory("freezer", id)
                .orElseThrow(() -> new Failed("no freezer cgroup", null))
                .resolve("freezer.state");
    Path answer = isV2() ? file.resolveSibling("cgroup.events") : file;
    String word = isV2() ? (frozen ? "1" : "0") : (frozen ? "FROZEN" : "THAWED");
    try {
      for (int attempt = 1; attempt <= FREEZE_ATTEMPTS_MAX; attempt++) {
        Files.writeString(file, word, StandardOpenOption.WRITE);
        if (Files.readString(answer).contains(isV2() ? "frozen " + word : word)) {
          return;
        }
        if (frozen && attempt % 50 == 0) {
          // Version 1 may never be done while processes come and go: asked anew, it mostly is.
          thaw(id);
        }
        pause();
      }
    } catch (IOException e) {
      throw new Failed("cannot freeze or thaw container %s: %s".formatted(id, e.getMessage()), e);
    }
    thaw(id);
    throw new Failed("container %s does not become %s".formatted(id, word), null);
  }

  /** The kernel freezes within a tick or two, and with version 1 tells nobody when it has. */
  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets processes go on that were just killed: frozen ones would not even die. */
  void thaw(String id) {
    Path file =
        isV2()
            ? directory("", id).orElseThrow().resolve("cgroup.freeze")
            : directory("freezer", id).map(d -> d.resolve("freezer.state")).orElse(Path.of("/"));
    try {
      if (Files.exists(file)) {
        Files.writeString(file, isV2() ? "0" : "THAWED", StandardOpenOption.WRITE);
      }
    } catch (IOException e) {
      // They have ended, and their group with them.
    }
  }

  /** Kills what is left and removes the directories; false if some would not go yet. */
  boolean remove(String id) {
    boolean gone = true;
    for (int pid : pids(id)) {
      kill(pid);
      gone = false;
    }
    for (Path directory : directories(id)) {
      var below = new ArrayList<>(tree(directory));
      for (Path each : below.reversed()) {
        try {
          Files.deleteIfExists(each);
        } catch (DirectoryNotEmptyException e) {
          gone = false;
        } catch (IOException e) {
          gone = false;
        }
      }
    }
    return gone;
  }

  private static void kill(int pid) {
    try {
      Processes.kill(pid, Processes.SIGKILL);
    } catch (ErrnoException e) {
      // It has ended by itself.
    }
  }

  private List<Path> directories(String id) {
    return mounts.stream()
        .map(mount -> mount.resolve(PARENT).resolve(id))
        .filter(Files::isDirectory)
        .toList();
  }

  /** A directory and those below it, itself first. */
  private static List<Path> tree(Path directory) {
    var all = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
              all.add(each);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path each, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // It went away while we looked: then it holds nobody.
    }
    return all;
  }

  /** A file's lines; none when it is not there, for containers end while they are looked at. */
  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return List.of(); // ENODEV: the group is being removed
    }
  }
}
