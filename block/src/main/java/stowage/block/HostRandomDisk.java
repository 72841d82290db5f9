package stowage.block;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import stowage.base.ByteStrings;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.store.DiskFile;
import stowage.store.HostDisk;

/** The {@link RandomDisk} that is a directory of this machine. */
final class HostRandomDisk implements RandomDisk {
  private static final String PROBE = "reflink-probe";

  private final HostDisk disk;
  private final String prefix;
  private final boolean clones;

  /** Over an existing directory; asks its filesystem whether it shares blocks between files. */
  HostRandomDisk(Path root) throws IOException {
    disk = new HostDisk(root);
    prefix = ByteStrings.ofPath(root.toAbsolutePath()) + "/";
    clones = probe();
  }

  /** Where a name lies on this machine. */
  Path path(String name) {
    return disk.path(name);
  }

  private boolean probe() throws IOException {
    disk.remove(PROBE);
    disk.remove(PROBE + "2");
    try (var file = createRandom(PROBE, 0)) {
      file.write(0, java.nio.ByteBuffer.allocate(4096));
      cloneFile(PROBE, PROBE + "2");
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP) || e.is(Errno.EXDEV) || e.is(Errno.ENOTTY) || e.is(Errno.EINVAL)) {
        return false;
      }
      throw e;
    } finally {
      disk.remove(PROBE);
      disk.remove(PROBE + "2");
    }
  }

  @Override
  public RandomFile createRandom(String name, long size) throws IOException {
    Fd fd = openFd(name, Open.O_RDWR | Open.O_CREAT | Open.O_EXCL | Open.O_NOFOLLOW);
    try {
      Io.ftruncate(fd, size);
      return new HostFile(fd);
    } catch (ErrnoException e) {
      fd.close();
      throw HostFile.meaning(e);
    }
  }

  @Override
  public RandomFile openRandom(String name) throws IOException {
    return new HostFile(openFd(name, Open.O_RDWR | Open.O_NOFOLLOW));
  }

  private Fd openFd(String name, int flags) throws IOException {
    try {
      return Open.open(prefix + name, flags, 0600);
    } catch (ErrnoException e) {
      throw switch (e.errno().orElse(Errno.EIO)) {
        case ENOENT -> (IOException) new NoSuchFileException(name).initCause(e);
        case EEXIST -> (IOException) new FileAlreadyExistsException(name).initCause(e);
        default -> HostFile.meaning(e);
      };
    }
  }

  @Override
  public boolean clones() {
    return clones;
  }

  @Override
  public void cloneFile(String from, String to) throws IOException {
    try (Fd source = openFd(from, Open.O_RDONLY | Open.O_NOFOLLOW);
        Fd target = openFd(to, Open.O_RDWR | Open.O_CREAT | Open.O_EXCL | Open.O_NOFOLLOW)) {
      Io.ficlone(source, target);
      Io.fsync(target);
    } catch (ErrnoException e) {
      disk.remove(to);
      throw HostFile.meaning(e);
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return disk.create(name);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return disk.open(name);
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    return disk.size(name);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void makeDirectory(String name) throws IOException {
    disk.makeDirectory(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void replace(String from, String to) throws IOException {
    disk.replace(from, to);
  }

  @Override
  public boolean remove(String name) throws IOException {
    return disk.remove(name);
  }

  @Override
  public boolean removeTree(String name) throws IOException {
    return disk.removeTree(name);
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    disk.syncDirectory(name);
  }

  @Override
  public void syncTree(String name) throws IOException {
    disk.syncTree(name);
  }
}
