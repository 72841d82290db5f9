package stowage.volume;

/**
 * The tools that know filesystems, as programs of the host: blkid, mkfs, resize2fs, xfs_growfs.
 *
 * <p>Mounting is none of it: that is a system call. Any thread may call; each call waits for the
 * program's end.
 */
public interface Filesystems {
  /** What a device has on it, as blkid's probing tells. */
  sealed interface Found {
    /** No signature of anything. That alone does not make a device blank. */
    record Nothing() implements Found {}

    /** One filesystem. */
    record Filesystem(String type) implements Found {}

    /** Something else, or several things at once; {@code what} is for people. */
    record Other(String what) implements Found {}
  }

  /** Looks at a device. */
  Found probe(String device);

  /**
   * Makes a filesystem and waits until it is on the device.
   *
   * @param type ext4 or xfs
   * @param again over what an earlier call left half made; else the program refuses a device that
   *     has a signature
   * @throws stowage.base.StowageException.Failed with what the program said
   */
  void make(String device, String type, boolean again);

  /**
   * Gives a mounted filesystem all of its device.
   *
   * @throws stowage.base.StowageException.Failed also where the kernel does not let this process do
   *     that to a filesystem in use: ext4 wants CAP_SYS_RESOURCE
   */
  void grow(String device, String type, String mountpoint);

  /** Checks an ext4 that is not mounted, and gives it all of its device. */
  void growUnmounted(String device);
}
