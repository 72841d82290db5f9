package stowage.layer;

import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Loop;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.store.Publish;

/**
 * Mounts an index over its tar: both as plain files, or through loop devices where the kernel
 * (before Linux 6.12) or the filesystem below (tmpfs) has no such mounts.
 */
final class ErofsMount {
  private static final System.Logger LOG = System.getLogger("stowage.layer");

  private ErofsMount() {}

  /** Mounts a layer read-only at an empty directory, without devices and setuid for the host. */
  static void mount(Path index, Path tar, Path at) throws ErrnoException {
    try (var paths = new ShortPaths()) {
      mountFiles(paths.of(index), paths.of(tar), at);
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

  /** Whether the kernel mounts what we write, found out by mounting an empty layer. */
  static boolean works(Path root, Publish publish, Path mounts) {
    var bytes = new byte[2 * ErofsFormat.BLOCK];
    var at = mounts.resolve("probe");
    try (var tar = publish.file();
        var index = publish.file()) {
      Files.createDirectory(at);
      tar.write(ByteBuffer.wrap(bytes));
      ErofsWriter.write(new LayerTree(), Digest.of(bytes), bytes.length, new StagedSink(index));
      mount(root.resolve(index.name()), root.resolve(tar.name()), at);
      LayerMounts.unmount(at);
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "erofs.missing reason={0}", e.getMessage());
      return false;
    } finally {
      LayerMounts.delete(at);
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
