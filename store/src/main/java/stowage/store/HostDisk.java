package stowage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import stowage.base.ByteStrings;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Rename;
import stowage.linux.Stat;

/**
 * The {@link Disk} that is a directory of this machine, on one filesystem that knows rename without
 * replace (ext4, xfs, btrfs, tmpfs, overlay do).
 *
 * <p>Every call is one of libc's, so that a preloaded library can count them and make them fail.
 */
public final class HostDisk implements Disk {
  private static final int DIRECTORY = Open.O_RDONLY | Open.O_DIRECTORY | Open.O_NOFOLLOW;

  private final Path root;
  private final String prefix;

  /** A disk over an existing directory. */
  public HostDisk(Path root) {
    this.root = root;
    prefix = ByteStrings.ofPath(root.toAbsolutePath()) + "/";
  }

  /** Where a name lies on this machine; only for names that are ASCII. */
  public Path path(String name) {
    return root.resolve(name);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    try {
      int flags = Open.O_RDWR | Open.O_CREAT | Open.O_EXCL | Open.O_NOFOLLOW;
      return new HostFile(name, Open.open(prefix + name, flags, 0600));
    } catch (ErrnoException e) {
      throw meaning(e, name);
    }
  }

  @Override
  public DiskFile open(String name) throws IOException {
    try {
      return new HostFile(name, Open.open(prefix + name, Open.O_RDONLY | Open.O_NOFOLLOW));
    } catch (ErrnoException e) {
      throw meaning(e, name);
    }
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    try {
      return OptionalLong.of(Stat.path(prefix + name, false).size());
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return OptionalLong.empty();
      }
      throw meaning(e, name);
    }
  }

  @Override
  public List<String> list(String directory) throws IOException {
    try (Fd fd = Open.open(prefix + directory, DIRECTORY)) {
      return Directory.list(fd).stream().map(Directory.Entry::name).sorted().toList();
    } catch (ErrnoException e) {
      throw meaning(e, directory);
    }
  }

  @Override
  public void makeDirectory(String name) throws IOException {
    try {
      Directory.mkdir(prefix + name, 0700);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) && !name.isEmpty()) {
        makeDirectory(Publish.parent(name));
        makeDirectory(name);
      } else if (!e.is(Errno.EEXIST) || !isDirectory(name)) {
        throw meaning(e, name);
      }
    }
  }

  private boolean isDirectory(String name) throws IOException {
    try {
      return Stat.path(prefix + name, false).isDirectory();
    } catch (ErrnoException e) {
      throw meaning(e, name);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    try {
      Rename.noReplace(prefix + from, prefix + to);
    } catch (ErrnoException e) {
      throw meaning(e, e.is(Errno.EEXIST) ? to : from);
    }
  }

  @Override
  public void replace(String from, String to) throws IOException {
    try {
      Rename.replace(prefix + from, prefix + to);
    } catch (ErrnoException e) {
      throw meaning(e, from);
    }
  }

  @Override
  public boolean remove(String name) throws IOException {
    try {
      Directory.unlink(prefix + name);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw meaning(e, name);
    }
  }

  @Override
  public boolean removeTree(String name) throws IOException {
    String last = name.substring(name.lastIndexOf('/') + 1);
    try (Fd parent = Open.open(prefix + Publish.parent(name), DIRECTORY)) {
      try (Fd top = HostTree.open(parent, last)) {
        new HostTree(top).empty();
      }
      Directory.rmdir(prefix + name);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw meaning(e, name);
    }
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    try (Fd fd = Open.open(prefix + name, DIRECTORY)) {
      Io.fsync(fd);
    } catch (ErrnoException e) {
      throw meaning(e, name);
    }
  }

  @Override
  public void syncTree(String name) throws IOException {
    try (Fd top = Open.open(prefix + name, DIRECTORY)) {
      new HostTree(top).sync();
    } catch (ErrnoException e) {
      throw meaning(e, name);
    }
  }

  static IOException meaning(ErrnoException e, String name) {
    IOException meaning =
        switch (e.errno().orElse(Errno.EIO)) {
          case ENOENT -> new NoSuchFileException(name, null, "no such file");
          case EEXIST -> new FileAlreadyExistsException(name, null, "is there already");
          case ENOSPC, EDQUOT -> new DiskFull(e.getMessage(), e);
          default -> e;
        };
    if (meaning != e && meaning.getCause() == null) {
      meaning.initCause(e);
    }
    return meaning;
  }

  private static final class HostFile implements DiskFile {
    /** How much is written before the disk is told to begin, so that the sync is short. */
    private static final long WRITEBACK_BYTES = 8 << 20;

    private final String name;
    private final Fd fd;
    private long written;
    private long begun;
    private boolean endsInHole;

    HostFile(String name, Fd fd) {
      this.name = name;
      this.fd = fd;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
      int count = from.remaining();
      try {
        Io.pwriteFully(fd, from, written);
        written += count;
        endsInHole = endsInHole && count == 0;
        if (written - begun >= WRITEBACK_BYTES) {
          Io.startWriteback(fd, begun, written - begun);
          begun = written;
        }
      } catch (ErrnoException e) {
        throw meaning(e, name);
      }
    }

    @Override
    public void skip(long count) throws IOException {
      written += count;
      begun += count; // nothing that would have to be written back
      endsInHole = true;
    }

    /** Many holes in a row cost one call, when the size matters. */
    private void settleSize() throws ErrnoException {
      if (endsInHole) {
        Io.ftruncate(fd, written);
        endsInHole = false;
      }
    }

    @Override
    public int read(ByteBuffer to, long offset) throws IOException {
      try {
        return Io.pread(fd, to, offset);
      } catch (ErrnoException e) {
        throw meaning(e, name);
      }
    }

    @Override
    public long size() throws IOException {
      try {
        settleSize();
        return Stat.of(fd).size();
      } catch (ErrnoException e) {
        throw meaning(e, name);
      }
    }

    @Override
    public void sync() throws IOException {
      try {
        settleSize();
        Io.fsync(fd);
      } catch (ErrnoException e) {
        throw meaning(e, name);
      }
    }

    @Override
    public void close() {
      fd.close();
    }
  }
}
