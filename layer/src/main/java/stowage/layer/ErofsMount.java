package stowage.layer;

import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Mounts;

/** Mounts an index over its tar, both plain files (Linux 6.12 and later). */
final class ErofsMount {
  private ErofsMount() {}

  /** Mounts a layer read-only at an empty directory, without devices and setuid for the host. */
  static void mount(Path index, Path tar, Path at) throws ErrnoException {
    try (var erofs = Mounts.fsopen("erofs")) {
      Mounts.fsconfigString(erofs, "source", ByteStrings.ofPath(index));
      Mounts.fsconfigString(erofs, "device", ByteStrings.ofPath(tar));
      Mounts.fsconfigFlag(erofs, "ro");
      Mounts.fsconfigCreate(erofs);
      int attributes =
          Mounts.MOUNT_ATTR_RDONLY | Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV;
      try (var mount = Mounts.fsmount(erofs, attributes)) {
        Mounts.moveMount(mount, Fd.CWD, ByteStrings.ofPath(at));
      }
    }
  }
}
