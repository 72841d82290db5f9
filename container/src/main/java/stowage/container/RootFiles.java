package stowage.container;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.LimitExceeded;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Stat;

/**
 * Small files of a container's mounted root. Symlinks lead to places inside that root, whatever
 * they say; what is not a regular file is not there.
 */
final class RootFiles implements Users.Files {
  private final Path root;

  RootFiles(Path root) {
    this.root = root;
  }

  @Override
  public Optional<byte[]> read(String path, int limitBytes) {
    // Not blocking: a FIFO in the place of a file must not hold anybody up.
    int flags = Open.O_RDONLY | Open.O_NONBLOCK | Open.O_NOCTTY;
    try (Fd top = Open.open(ByteStrings.ofPath(root), Open.O_PATH | Open.O_DIRECTORY);
        Fd file = Open.inRoot(top, path, flags)) {
      var stat = Stat.of(file);
      if (!stat.isRegular()) {
        return Optional.empty();
      }
      if (stat.size() > limitBytes) {
        throw new LimitExceeded(
            "%s of the container has %d bytes, more than %d"
                .formatted(path, stat.size(), limitBytes),
            null);
      }
      var bytes = ByteBuffer.allocate((int) stat.size());
      int count = Io.preadFully(file, bytes, 0);
      return Optional.of(Arrays.copyOf(bytes.array(), count));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) || e.is(Errno.ENXIO)) {
        return Optional.empty();
      }
      throw new Failed("%s of the container: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** What the symlink at a path says; empty when there is none. */
  Optional<String> link(String path) {
    try (Fd top = Open.open(ByteStrings.ofPath(root), Open.O_PATH | Open.O_DIRECTORY);
        Fd link = Open.inRoot(top, path, Open.O_PATH | Open.O_NOFOLLOW)) {
      return Stat.of(link).isSymlink() ? Optional.of(Directory.readlink(link)) : Optional.empty();
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }
}
