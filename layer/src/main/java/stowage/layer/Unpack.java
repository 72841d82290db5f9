package stowage.layer;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stowage.base.ByteStrings;
import stowage.linux.Attributes;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Xattrs;
import stowage.oci.LayerPath;

/**
 * Unpacks one layer into an empty directory: through descriptors, never through a symlink, never
 * over what is there. Attributes of directories come last, deepest first.
 */
final class Unpack {
  private static final int DIRECTORY = Open.O_RDONLY | Open.O_DIRECTORY | Open.O_NOFOLLOW;
  private static final int NEW =
      Open.O_WRONLY | Open.O_CREAT | Open.O_EXCL | Open.O_NOFOLLOW;
  private static final int INSIDE = Open.RESOLVE_BENEATH | Open.RESOLVE_NO_SYMLINKS;

  private final ErofsReader reader;
  private final Fd top;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);

  /** The first name of each file that has several, by inode number. */
  private final Map<Long, String> names = new HashMap<>();

  private record Visit(String path, ErofsReader.Stored directory) {}

  private Unpack(ErofsReader reader, Fd top) {
    this.reader = reader;
    this.top = top;
  }

  static void run(ErofsReader reader, Path into) throws ErrnoException {
    try (var top = Open.open(ByteStrings.ofPath(into), DIRECTORY)) {
      new Unpack(reader, top).run();
    }
  }

  private void run() throws ErrnoException {
    var visits = new ArrayList<Visit>();
    var todo = new ArrayDeque<Visit>(List.of(new Visit("", reader.root())));
    while (!todo.isEmpty()) {
      var visit = todo.pop();
      visits.add(visit);
      try (var directory = open(visit.path)) {
        for (var entry : reader.list(visit.directory)) {
          var inode = reader.inode(entry.number());
          var path = LayerPath.child(visit.path, entry.name());
          if (inode.isDirectory()) {
            Directory.mkdirat(directory, entry.name(), 0700);
            todo.push(new Visit(path, inode));
          } else {
            one(directory, entry.name(), path, inode);
          }
        }
      }
    }
    for (var visit : visits.reversed()) {
      try (var directory = open(visit.path)) {
        attributes(directory, visit.directory);
      }
    }
  }

  private Fd open(String path) throws ErrnoException {
    return Open.openat2(top, path.isEmpty() ? "." : path, DIRECTORY, 0, INSIDE);
  }

  private void one(Fd directory, String name, String path, ErofsReader.Stored inode)
      throws ErrnoException {
    if (inode.links() > 1) {
      var first = names.putIfAbsent(inode.number(), path);
      if (first != null) {
        Directory.linkat(top, first, directory, name);
        return;
      }
    }
    switch (inode.kind()) {
      case Inode.FILE -> {
        try (var file = Open.openat(directory, name, NEW, 0600)) {
          data(file, inode);
          attributes(file, inode);
        }
      }
      case Inode.SYMLINK -> {
        Directory.symlinkat(reader.target(inode), directory, name);
        attributes(directory, name, inode);
      }
      default -> {
        int major = ErofsFormat.major(inode.block());
        int minor = ErofsFormat.minor(inode.block());
        Directory.mknodat(directory, name, inode.mode(), major, minor);
        attributes(directory, name, inode);
        Attributes.fchmodat(directory, name, inode.mode() & 07777);
      }
    }
  }

  /** Pieces that are all zero become holes. */
  private void data(Fd file, ErofsReader.Stored inode) throws ErrnoException {
    for (long at = 0; at < inode.size(); ) {
      int count = reader.read(inode, at, buffer.clear());
      if (buffer.flip().mismatch(ByteBuffer.allocate(count)) >= 0) {
        Io.pwriteFully(file, buffer, at);
      }
      at += count;
    }
    Io.ftruncate(file, inode.size());
  }

  private static void attributes(Fd fd, ErofsReader.Stored inode) throws ErrnoException {
    Attributes.fchown(fd, inode.uid(), inode.gid());
    Attributes.fchmod(fd, inode.mode() & 07777);
    for (var xattr : inode.xattrs().entrySet()) {
      try {
        Xattrs.set(fd, xattr.getKey(), ByteStrings.bytes(xattr.getValue()), 0);
      } catch (ErrnoException e) {
        throwUnlessUnsupported(e, xattr.getKey());
      }
    }
    long seconds = inode.mtimeSeconds();
    Attributes.futimens(fd, seconds, inode.mtimeNanos(), seconds, inode.mtimeNanos());
  }

  private static void attributes(Fd directory, String name, ErofsReader.Stored inode)
      throws ErrnoException {
    Attributes.fchownat(directory, name, inode.uid(), inode.gid());
    for (var xattr : inode.xattrs().entrySet()) {
      try {
        Xattrs.setAt(directory, name, xattr.getKey(), ByteStrings.bytes(xattr.getValue()), 0);
      } catch (ErrnoException e) {
        throwUnlessUnsupported(e, xattr.getKey());
      }
    }
    long seconds = inode.mtimeSeconds();
    int nanos = inode.mtimeNanos();
    Attributes.utimensat(directory, name, seconds, nanos, seconds, nanos);
  }

  /** What the filesystem below cannot keep is lost, as tar would lose it. */
  private static void throwUnlessUnsupported(ErrnoException e, String xattr)
      throws ErrnoException {
    boolean hasNoRoom = e.is(Errno.ENOSPC) && xattr.startsWith("user.");
    if (!hasNoRoom && !e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EPERM)) {
      throw e;
    }
  }
}
