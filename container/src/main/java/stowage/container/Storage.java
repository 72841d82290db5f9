package stowage.container;

import java.util.List;

/**
 * What a container sees as its files beside its image.
 *
 * @param asked mounts in a client's forms; understood by create, and empty in a {@link Container}
 * @param mounts mounts already understood; in a {@link Container} all of them, also the anonymous
 *     volumes of its image, and every volume has its name
 * @param readOnlyRoot whether its root is read-only
 * @param shmBytes the size of /dev/shm; 0: 64 MiB
 */
public record Storage(MountRequest asked, List<Mount> mounts, boolean readOnlyRoot, long shmBytes) {
  /** Its image and nothing else. */
  public static final Storage NONE = new Storage(MountRequest.NONE, List.of(), false, 0);

  public Storage {
    mounts = List.copyOf(mounts);
  }

  /** The same with all its mounts understood. */
  public Storage understood(List<Mount> all) {
    return new Storage(MountRequest.NONE, all, readOnlyRoot, shmBytes);
  }
}
