package stowage.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import stowage.base.StowageException;
import stowage.oci.RuntimeSpec.DeviceRule;
import stowage.oci.RuntimeSpec.Mount;

/** What a container gets when nothing else is said: Docker's defaults for a {@link RuntimeSpec}. */
public final class RuntimeDefaults {
  /** Bytes of /dev/shm. */
  public static final long SHM_BYTES = 64L << 20;

  private static final String ALL = "ALL";

  /** Every capability, by its number. */
  private static final List<String> KNOWN =
      List.of(
          "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
          "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW",
          "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
          "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ",
          "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE");

  private static final Set<String> ORDINARY =
      Set.of(
          "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID",
          "CAP_KILL", "CAP_MKNOD", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP",
          "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT");

  private RuntimeDefaults() {}

  /**
   * The mounts every container has, by depth: /proc, /dev, /dev/pts, /sys, /sys/fs/cgroup,
   * /dev/mqueue, /dev/shm. Privileged ones may write to /sys and the cgroups. A user's mount on the
   * same target takes the place of one of these.
   *
   * @param shmBytes size of /dev/shm
   * @param ownCgroup whether the container has a cgroup namespace of its own
   */
  public static List<Mount> mounts(boolean privileged, long shmBytes, boolean ownCgroup) {
    String write = privileged ? "rw" : "ro";
    var cgroup = new ArrayList<>(List.of("nosuid", "noexec", "nodev", write));
    if (!ownCgroup) {
      cgroup.add("rprivate");
    }
    return List.of(
        new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
        new Mount("/dev", "tmpfs", "tmpfs",
            List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
        new Mount("/dev/pts", "devpts", "devpts",
            List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
        new Mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", write)),
        new Mount("/sys/fs/cgroup", "cgroup", "cgroup", cgroup),
        new Mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
        new Mount("/dev/shm", "tmpfs", "shm",
            List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + shmBytes)));
  }

  /** The 14 capabilities of an ordinary container. */
  public static Set<String> capabilities() {
    return new TreeSet<>(ORDINARY);
  }

  /**
   * The capabilities this machine can give: those the kernel knows and the agent has not lost.
   *
   * @param bounding CapBnd of /proc/self/status
   */
  public static Set<String> available(long bounding) {
    var available = new TreeSet<String>();
    for (int number = 0; number < KNOWN.size(); number++) {
      if ((bounding >>> number & 1) != 0) {
        available.add(KNOWN.get(number));
      }
    }
    return available;
  }

  /**
   * The capabilities of {@code --cap-add} and {@code --cap-drop}, with or without CAP_, any case,
   * or ALL; privileged has every one that is available. A capability both added and dropped is
   * dropped, unless ALL is dropped: then what is added stays.
   *
   * @param available {@link #available}
   * @throws stowage.base.StowageException.InvalidArgument in Docker's words, for an unknown name
   */
  public static Set<String> capabilities(
      boolean privileged, List<String> add, List<String> drop, Set<String> available) {
    Set<String> added = named("CapAdd", add, available);
    Set<String> dropped = named("CapDrop", drop, Set.copyOf(KNOWN));
    if (privileged) {
      return new TreeSet<>(available);
    }
    var all = new TreeSet<>(added.contains(ALL) ? available : ORDINARY);
    if (dropped.contains(ALL)) {
      all.clear();
    } else {
      all.removeAll(dropped);
      added.removeAll(dropped);
    }
    if (added.contains(ALL) && dropped.contains(ALL)) {
      all.addAll(available);
    }
    added.remove(ALL);
    all.addAll(added);
    all.retainAll(available);
    return all;
  }

  private static Set<String> named(String field, List<String> names, Set<String> available) {
    var known = new TreeSet<String>();
    for (String name : names) {
      String upper = name.toUpperCase(Locale.ROOT);
      String full = upper.equals(ALL) || upper.startsWith("CAP_") ? upper : "CAP_" + upper;
      if (!full.equals(ALL) && !KNOWN.contains(full)) {
        throw new StowageException.InvalidArgument(
            "invalid %s: unknown capability: \"%s\"".formatted(field, full));
      }
      if (!full.equals(ALL) && !available.contains(full)) {
        throw new StowageException.InvalidArgument(
            ("invalid %s: capability not supported by your kernel or not available in the current"
                    + " environment: \"%s\"")
                .formatted(field, full));
      }
      known.add(full);
    }
    return known;
  }

  /** Paths hidden from an ordinary container. */
  public static List<String> maskedPaths() {
    return List.of(
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys",
        "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
        "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap");
  }

  /** Paths an ordinary container may only read. */
  public static List<String> readonlyPaths() {
    return List.of(
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
  }

  /**
   * The device cgroup's rules: null, zero, full, random, urandom, tty, console, the container's own
   * terminals, and making any node; or everything if privileged.
   */
  public static List<DeviceRule> deviceRules(boolean privileged) {
    Optional<Long> any = Optional.empty();
    if (privileged) {
      return List.of(new DeviceRule(true, 'a', any, any, "rwm"));
    }
    return List.of(
        new DeviceRule(false, 'a', any, any, "rwm"),
        new DeviceRule(true, 'c', any, any, "m"),
        new DeviceRule(true, 'b', any, any, "m"),
        character(1, 3),
        character(1, 5),
        character(1, 7),
        character(1, 8),
        character(1, 9),
        character(5, 0),
        character(5, 1),
        character(5, 2),
        new DeviceRule(true, 'c', Optional.of(136L), any, "rwm"));
  }

  private static DeviceRule character(long major, long minor) {
    return new DeviceRule(true, 'c', Optional.of(major), Optional.of(minor), "rwm");
  }
}
