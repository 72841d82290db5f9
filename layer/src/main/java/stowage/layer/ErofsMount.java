package stowage.layer;

import static stowage.linux.Open.O_RDONLY;

import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Loop;
import stowage.linux.Mounts;
import stowage.linux.Open;

/**
 * Mounts an index over its tar: both as plain files, or through loop devices where the kernel
 * (before Linux 6.12) or the filesystem below (tmpfs) has no such mounts.
 */
final class ErofsMount {
  private ErofsMount() {}

  /** Mounts a layer read-only at an empty directory, without devices and setuid for the host. */
  static void mount(Path index, Path tar, Path at) throws ErrnoException {
    try {
      mountFiles(ByteStrings.ofPath(index), ByteStrings.ofPath(tar), at);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOTBLK)) {
        throw e;
      }
      mountLoops(index, tar, at);
    }
  }

  /** The devices free themselves when the mount, their last user, is gone. */
  static void mountLoops(Path index, Path tar, Path at) throws ErrnoException {
    try (var indexFile = Open.open(ByteStrings.ofPath(index), O_RDONLY);
        var tarFile = Open.open(ByteStrings.ofPath(tar), O_RDONLY);
        var indexLoop = Loop.attach(indexFile, true, false);
        var tarLoop = Loop.attach(tarFile, true, false)) {
      mountFiles(indexLoop.path(), tarLoop.path(), at);
    }
  }

  /** Whether the kernel has EROFS, loading it if it is a module. */
  static boolean isThere() {
    try (var erofs = Mounts.fsopen("erofs")) {
      return erofs.number() >= 0;
    } catch (ErrnoException e) {
      return false;
    }
  }

  private static void mountFiles(String index, String tar, Path at) throws ErrnoException {
    try (var erofs = Mounts.fsopen("erofs")) {
      Mounts.fsconfigString(erofs, "source", index);
      Mounts.fsconfigString(erofs, "device", tar);
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
