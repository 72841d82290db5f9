package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Mounts;
import stowage.oci.RuntimeDefaults;

/**
 * /dev/shm of containers whose IPC namespace others may join: a filesystem of the host's that all
 * of them see, under {@code <run>/shm/<id>}, as long as the first one runs.
 */
record SharedMemory(Path folder) {
  /** Makes it for a container that shares; others have theirs from the runtime. */
  void make(Container container) {
    if (!isShareable(container)) {
      return;
    }
    Path directory = folder.resolve(container.id());
    long asked = container.spec().storage().shmBytes();
    long bytes = asked == 0 ? RuntimeDefaults.SHM_BYTES : asked;
    try {
      Files.createDirectories(directory);
      Mounts.mount(
          "shm",
          ByteStrings.ofPath(directory),
          "tmpfs",
          Mounts.MS_NOSUID | Mounts.MS_NODEV | Mounts.MS_NOEXEC,
          "mode=1777,size=" + bytes);
    } catch (IOException e) {
      throw new Failed("shared memory of %s: %s".formatted(container.id(), e.getMessage()), e);
    }
  }

  static boolean isShareable(Container container) {
    return container.spec().security().namespaces().ipc().equals("shareable");
  }

  /** Where that of a container that shares is. */
  Path of(Container donor) {
    if (!isShareable(donor)) {
      throw new InvalidArgument(
          ("cannot join IPC of a container %s: non-shareable IPC (hint: use IpcMode:shareable for"
                  + " the donor container)")
              .formatted(donor.id()));
    }
    return folder.resolve(donor.id());
  }

  /** Takes it away; not there is fine. */
  void remove(String id) {
    Path directory = folder.resolve(id);
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Mounts.umount2(ByteStrings.ofPath(directory), Mounts.MNT_DETACH);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL)) {
        throw new Failed("shared memory of %s: %s".formatted(id, e.getMessage()), e);
      }
    }
    Trees.delete(directory);
  }
}
