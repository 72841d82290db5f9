package stowage.container;

import static stowage.linux.Open.O_CREAT;
import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_EXCL;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_PATH;
import static stowage.linux.Open.O_RDONLY;
import static stowage.linux.Open.O_WRONLY;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Attributes;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;
import stowage.oci.LayerPath;
import stowage.oci.TarEntry;
import stowage.oci.TarReader;
import stowage.volume.Owner;

/**
 * Unpacks a tar into a directory of a container. Every entry's parent is opened inside the root,
 * and the entry made in it by its last name only; so a symlink, of the archive or of the container,
 * leads to a place inside the root or nowhere.
 */
final class Unpack implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int IMPLIED_MODE = 0755;

  private final Fd root;
  private final String into;
  private final boolean readOnlyRoot;
  private final boolean keepsKinds;
  private final Optional<Owner> owner;
  private final long rootMount;
  private final List<TarEntry> directories = new ArrayList<>();

  /** A directory of each mount that was written to. */
  private final Map<Long, Fd> written = new HashMap<>();

  private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] bytes = new byte[BUFFER_BYTES];

  /** The directory the last entry was made in: most entries follow one of the same. */
  private String parentPath = "";

  private Fd parent;

  /**
   * Unpacks below {@code into}, a path without symlinks in {@code root}.
   *
   * @param keepsKinds whether a directory replaced by something else, or the reverse, is refused
   * @param owner whose everything becomes; the archive's owners otherwise
   */
  Unpack(Fd root, String into, boolean readOnlyRoot, boolean keepsKinds, Optional<Owner> owner)
      throws ErrnoException {
    this.root = root;
    this.into = into;
    this.readOnlyRoot = readOnlyRoot;
    this.keepsKinds = keepsKinds;
    this.owner = owner;
    this.rootMount = Stat.of(root).mountId();
  }

  /** What it made is durable when it returns. */
  void run(InputStream tar) throws IOException {
    var reader = new TarReader(tar);
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      entry(next.get(), reader);
    }
    // Last: making something in a directory changes its time. Deepest first.
    for (var directory : directories.reversed()) {
      times(directory);
    }
    reader.drain();
    for (Fd mount : written.values()) {
      Io.syncfs(mount); // one call where an fsync of every file and directory would be thousands
    }
  }

  private void entry(TarEntry entry, TarReader reader) throws IOException {
    String name = Paths.clean(entry.name().startsWith("/") ? "." + entry.name() : entry.name());
    if (name.equals("..") || name.startsWith("../")) {
      throw new StowageException.Corrupt(
          "\"%s\" is outside of \"%s\""
              .formatted(ByteStrings.text(entry.name()), ByteStrings.text(into)),
          null);
    }
    boolean isDirectory = entry.type() == TarEntry.Type.DIRECTORY;
    if (name.equals(".")) {
      if (!isDirectory) {
        throw new StowageException.Corrupt("an entry without a name", null);
      }
      return; // the directory that is there stays as it is
    }
    int slash = name.lastIndexOf('/');
    Fd directory = parent(slash < 0 ? "" : name.substring(0, slash));
    String last = name.substring(slash + 1);
    boolean merged = clear(directory, last, isDirectory, name);
    switch (entry.type()) {
      case DIRECTORY -> {
        directory(directory, last, entry, merged);
        directories.add(entry.withName(name));
      }
      case FILE -> file(directory, last, entry, reader);
      case SYMLINK -> {
        Directory.symlinkat(entry.link(), directory, last);
        own(directory, last, entry);
        timesAt(directory, last, entry);
      }
      case HARD_LINK -> hardLink(directory, last, entry);
      case FIFO -> node(directory, last, entry, 0010000);
      case CHARACTER_DEVICE -> node(directory, last, entry, 0020000);
      case BLOCK_DEVICE -> node(directory, last, entry, 0060000);
    }
  }

  /** Makes room for an entry; true if a directory is there that the entry's files go into. */
  private boolean clear(Fd directory, String last, boolean isDirectory, String name)
      throws IOException {
    Stat there;
    try {
      there = Stat.at(directory, last, false);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
    if (there.isDirectory() && isDirectory) {
      return true;
    }
    if (keepsKinds && there.isDirectory() != isDirectory) {
      String path = ByteStrings.text(Paths.clean(into + "/" + name));
      throw new InvalidArgument(
          isDirectory
              ? "cannot overwrite non-directory \"%s\" with directory \"%s\""
                  .formatted(path, ByteStrings.text(into))
              : "cannot overwrite directory \"%s\" with non-directory \"%s\""
                  .formatted(path, ByteStrings.text(into)));
    }
    RemoveTree.remove(directory, last);
    return false;
  }

  /** The directory at a path below {@link #into}, its missing parts made. */
  private Fd parent(String path) throws IOException {
    if (parent != null && parentPath.equals(path)) {
      return parent;
    }
    forgetParent();
    Fd here = Open.inRoot(root, into, O_PATH | O_DIRECTORY);
    try {
      String walked = into;
      for (String part : Paths.parts(path)) {
        walked += "/" + part;
        Fd next = child(here, part, walked);
        here.close();
        here = next;
      }
      checkWritable(here);
      remember(here);
    } catch (IOException | StowageException e) {
      here.close();
      throw e;
    }
    parent = here;
    parentPath = path;
    return here;
  }

  private void remember(Fd directory) throws ErrnoException {
    long mount = Stat.of(directory).mountId();
    if (!written.containsKey(mount)) {
      written.put(mount, Open.open(directory.procPath(), O_RDONLY | O_DIRECTORY));
    }
  }

  private Fd child(Fd here, String part, String walked) throws IOException {
    try {
      // A symlink at the end is followed, inside the root.
      return Open.inRoot(root, walked, O_PATH | O_DIRECTORY);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    checkWritable(here);
    try {
      Directory.mkdirat(here, part, IMPLIED_MODE);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) { // a symlink that leads nowhere: found missing below
        throw e;
      }
    }
    return Open.inRoot(root, walked, O_PATH | O_DIRECTORY);
  }

  /**
   * Mounts that are read-only refuse by themselves; the root is read-only for the container only.
   */
  private void checkWritable(Fd directory) throws ErrnoException {
    if (readOnlyRoot && Stat.of(directory).mountId() == rootMount) {
      throw new InvalidArgument("container rootfs is marked read-only");
    }
  }

  private void forgetParent() {
    if (parent != null) {
      parent.close();
      parent = null;
    }
  }

  private void directory(Fd directory, String last, TarEntry entry, boolean merged)
      throws IOException {
    if (!merged) {
      Directory.mkdirat(directory, last, 0700);
    }
    try (var made = Open.openat(directory, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)) {
      attributes(made, entry);
    }
  }

  private void file(Fd directory, String last, TarEntry entry, TarReader reader)
      throws IOException {
    try (var file = Open.openat(directory, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600)) {
      var data = reader.storedData();
      if (entry.isSparse()) {
        for (var extent : entry.extents()) {
          Io.seek(file, extent.offset());
          write(file, data, extent.size());
        }
        Io.ftruncate(file, entry.size());
      } else {
        write(file, data, entry.size());
      }
      attributes(file, entry);
      Attributes.futimens(file, 0, Attributes.UTIME_OMIT, entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private void write(Fd file, InputStream data, long size) throws IOException {
    long left = size;
    while (left > 0) {
      int read = data.read(bytes, 0, (int) Math.min(left, BUFFER_BYTES));
      if (read < 0) {
        throw new StowageException.Corrupt("the archive ends within a file", null);
      }
      direct.clear().put(bytes, 0, read).flip();
      Io.writeFully(file, direct);
      left -= read;
    }
  }

  /** To a file that is there, of this archive or not, but below the same directory. */
  private void hardLink(Fd directory, String last, TarEntry entry) throws IOException {
    String target = Paths.clean("./" + entry.link());
    if (target.equals(".") || target.equals("..") || target.startsWith("../")) {
      throw new StowageException.Corrupt(
          "invalid hardlink \"%s\" -> \"%s\""
              .formatted(ByteStrings.text(entry.name()), ByteStrings.text(entry.link())),
          null);
    }
    int slash = target.lastIndexOf('/');
    String above = into + "/" + target.substring(0, Math.max(slash, 0));
    try (var from = Open.inRoot(root, above, O_PATH | O_DIRECTORY)) {
      Directory.linkat(from, target.substring(slash + 1), directory, last);
    }
  }

  private void node(Fd directory, String last, TarEntry entry, int type) throws IOException {
    if (type == 0020000 && entry.deviceMajor() == 0 && entry.deviceMinor() == 0) {
      // For overlayfs that is not a file but the absence of one.
      throw new StowageException.Corrupt(
          "%s is a character device 0/0, a whiteout".formatted(entry.displayName()), null);
    }
    Directory.mknodat(directory, last, type | 0600, entry.deviceMajor(), entry.deviceMinor());
    try (var made = Open.openat(directory, last, O_PATH | O_NOFOLLOW)) {
      if (Stat.of(made).isSymlink()) {
        throw new StowageException.Failed(
            "%s was replaced while it was copied".formatted(entry.displayName()), null);
      }
      Attributes.fchownat(made, "", uid(entry), gid(entry));
      Attributes.fchmodPath(made, entry.mode());
    }
    timesAt(directory, last, entry);
  }

  private void own(Fd directory, String last, TarEntry entry) throws ErrnoException {
    Attributes.fchownat(directory, last, uid(entry), gid(entry));
  }

  private int uid(TarEntry entry) {
    return owner.map(Owner::uid).orElse((int) entry.uid());
  }

  private int gid(TarEntry entry) {
    return owner.map(Owner::gid).orElse((int) entry.gid());
  }

  /** In this order: a new owner takes away set-id bits and capabilities. */
  private void attributes(Fd fd, TarEntry entry) throws IOException {
    Attributes.fchown(fd, uid(entry), gid(entry));
    Attributes.fchmod(fd, entry.mode());
    for (var xattr : entry.xattrs().entrySet()) {
      if (LayerPath.isControlXattr(xattr.getKey())) {
        continue;
      }
      try {
        Xattrs.set(fd, xattr.getKey(), ByteStrings.bytes(xattr.getValue()), 0);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EPERM)) {
          throw e;
        }
      }
    }
  }

  private static void timesAt(Fd directory, String last, TarEntry entry) throws ErrnoException {
    Attributes.utimensat(
        directory, last, 0, Attributes.UTIME_OMIT, entry.mtimeSeconds(), entry.mtimeNanos());
  }

  private void times(TarEntry directory) throws IOException {
    try (var fd = Open.inRoot(root, into + "/" + directory.name(), O_RDONLY | O_DIRECTORY)) {
      Attributes.futimens(
          fd, 0, Attributes.UTIME_OMIT, directory.mtimeSeconds(), directory.mtimeNanos());
    } catch (ErrnoException e) {
      if (!RootPaths.isMissing(e)) { // replaced by a later entry, or by the container
        throw e;
      }
    }
  }

  @Override
  public void close() {
    forgetParent();
    written.values().forEach(Fd::close);
  }
}
