package stowage.oci;

import java.util.List;
import java.util.Set;

/** What a container gets when nothing else is said: Docker's defaults for a {@link RuntimeSpec}. */
public final class RuntimeDefaults {
  /** Bytes of /dev/shm. */
  public static final long SHM_BYTES = 64L << 20;

  private RuntimeDefaults() {}

  /**
   * The mounts every container has, by depth: /proc, /dev, /dev/pts, /sys, /sys/fs/cgroup,
   * /dev/mqueue, /dev/shm. Privileged ones may write to /sys and the cgroups. A user's mount on the
   * same target takes the place of one of these.
   *
   * @param shmBytes size of /dev/shm
   * @param ownCgroup whether the container has a cgroup namespace of its own
   */
  public static List<RuntimeSpec.Mount> mounts(
      boolean privileged, long shmBytes, boolean ownCgroup) {
    throw new AssertionError("comes next");
  }

  /** The 14 capabilities of an ordinary container. */
  public static Set<String> capabilities() {
    throw new AssertionError("comes next");
  }

  /**
   * The capabilities of {@code --cap-add} and {@code --cap-drop}, with or without CAP_, any case,
   * or ALL; privileged has every one the kernel knows.
   *
   * @param last the number of the kernel's last capability, /proc/sys/kernel/cap_last_cap
   * @throws stowage.base.StowageException.InvalidArgument in Docker's words, for an unknown name
   */
  public static Set<String> capabilities(
      boolean privileged, List<String> add, List<String> drop, int last) {
    throw new AssertionError("comes next");
  }

  /** Paths hidden from an ordinary container. */
  public static List<String> maskedPaths() {
    throw new AssertionError("comes next");
  }

  /** Paths an ordinary container may only read. */
  public static List<String> readonlyPaths() {
    throw new AssertionError("comes next");
  }

  /** The device cgroup's rules: nothing but the harmless devices, or everything if privileged. */
  public static List<RuntimeSpec.DeviceRule> deviceRules(boolean privileged) {
    throw new AssertionError("comes next");
  }
}
