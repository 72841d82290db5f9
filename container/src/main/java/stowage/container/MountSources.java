package stowage.container;

import static stowage.linux.Mounts.AT_RECURSIVE;
import static stowage.linux.Mounts.OPEN_TREE_CLONE;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_PATH;

import java.io.IOException;
import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Namespaces;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.volume.Owner;

/**
 * Opens what is to be mounted, once, and makes a mount of it that is nowhere yet: from then on no
 * name matters any more.
 */
final class MountSources {
  private static final int BENEATH = Open.RESOLVE_BENEATH | Open.RESOLVE_NO_MAGICLINKS;
  private static final int RACES_MAX = 128;

  private final String root;

  /** {@code root} is the agent's own data, which no bind may show. */
  MountSources(Path root) {
    this.root = ByteStrings.ofPath(root.toAbsolutePath());
  }

  /** Opens a bind's source, following symlinks as the host's own tools do. */
  Fd open(Mount.Bind bind) {
    Fd source;
    try {
      source = Open.open(ByteStrings.ofText(bind.source()), O_PATH);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        throw MountParser.wrong(
            "bind", "bind source path does not exist: " + bind.source());
      }
      throw MountParser.wrong(
          "bind",
          "bind source path %s: %s".formatted(bind.source(), meaning(e)));
    }
    try {
      // Wherever symlinks led: this is where it is.
      String actual = Directory.readlink(source.procPath());
      if (Paths.isWithin(actual, realRoot())) {
        throw MountParser.wrong(
            "bind",
            "bind source path %s is the agent's own data; mount a volume by its name"
                .formatted(bind.source()));
      }
      return source;
    } catch (ErrnoException e) {
      source.close();
      throw failed("bind " + bind.source(), e);
    } catch (InvalidArgument e) {
      source.close();
      throw e;
    }
  }

  private String realRoot() throws ErrnoException {
    try (var fd = Open.open(root, O_PATH)) {
      return Directory.readlink(fd.procPath());
    }
  }

  /** Makes the directory a bind's source is, and those above it, when it is missing. */
  static void create(Mount.Bind bind) {
    String path = ByteStrings.ofText(bind.source());
    try {
      for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        mkdir(path.substring(0, slash));
      }
      mkdir(path);
    } catch (ErrnoException e) {
      throw MountParser.wrong(
          "bind", "cannot create bind source path %s: %s".formatted(bind.source(), meaning(e)));
    }
  }

  private static void mkdir(String path) throws ErrnoException {
    try {
      Directory.mkdir(path, 0755);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** A mount of a bind's opened source. */
  static Fd bind(Mount.Bind bind, Fd source, Owner user) throws IOException {
    checkPropagation(bind, source);
    int recursive = bind.recursive() ? AT_RECURSIVE : 0;
    Fd tree = Mounts.openTree(source, "", OPEN_TREE_CLONE | recursive);
    try {
      idMap(bind, tree, recursive, Stat.of(source), user);
      propagate(bind.propagation(), tree);
      if (bind.readOnly()) {
        readOnly(bind, tree, recursive);
      }
      return tree;
    } catch (IOException | StowageException e) {
      tree.close();
      throw e;
    }
  }

  private static void readOnly(Mount.Bind bind, Fd tree, int recursive) throws ErrnoException {
    Mounts.mountSetattr(
        tree,
        switch (bind.readOnlyDepth()) {
          case TOP -> 0;
          case WHERE_POSSIBLE, FORCED -> recursive;
        },
        Mounts.MOUNT_ATTR_RDONLY,
        0,
        0);
  }

  private static void propagate(Mount.Propagation propagation, Fd tree) throws ErrnoException {
    switch (propagation) {
      case RPRIVATE -> Mounts.mountSetattr(tree, AT_RECURSIVE, 0, 0, Mounts.MS_PRIVATE);
      case PRIVATE -> Mounts.mountSetattr(tree, 0, 0, 0, Mounts.MS_PRIVATE);
      case RSLAVE -> Mounts.mountSetattr(tree, AT_RECURSIVE, 0, 0, Mounts.MS_SLAVE);
      case SLAVE -> Mounts.mountSetattr(tree, 0, 0, 0, Mounts.MS_SLAVE);
      case RSHARED -> Mounts.mountSetattr(tree, AT_RECURSIVE, 0, 0, Mounts.MS_SHARED);
      case SHARED -> Mounts.mountSetattr(tree, 0, 0, 0, Mounts.MS_SHARED);
    }
  }

  /** What is to be shared, or to follow, must come from a mount that shares. */
  private static void checkPropagation(Mount.Bind bind, Fd source) throws IOException {
    boolean shared =
        switch (bind.propagation()) {
          case SHARED, RSHARED -> true;
          case SLAVE, RSLAVE, PRIVATE, RPRIVATE -> false;
        };
    boolean slave =
        switch (bind.propagation()) {
          case SLAVE, RSLAVE -> true;
          case SHARED, RSHARED, PRIVATE, RPRIVATE -> false;
        };
    if (!shared && !slave) {
      return;
    }
    long id = Stat.of(source).mountId();
    for (var mount : MountTable.own()) {
      boolean follows = mount.propagation().stream().anyMatch(tag -> tag.startsWith("master:"));
      if (mount.id() == id && !mount.shared() && !(slave && follows)) {
        throw new StowageException.Failed(
            "path %s is mounted on %s but it is not a shared%s mount"
                .formatted(
                    bind.source(), ByteStrings.text(mount.mountPoint()), slave ? " or slave" : ""),
            null);
      }
    }
  }

  private static void idMap(Mount.Bind bind, Fd tree, int recursive, Stat owner, Owner user)
      throws IOException {
    if (bind.idMap().isEmpty()) {
      return;
    }
    var maps = IdMaps.of(bind.idMap().get(), owner, user);
    if (maps.isIdentity()) {
      return;
    }
    try (var namespace = Namespaces.idmap(maps.uids(), maps.gids())) {
      Mounts.idmap(tree, recursive, namespace);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL) && !e.is(Errno.EPERM)) {
        throw e;
      }
      throw new StowageException.Failed(
          "cannot idmap %s: its filesystem, or one mounted below it, does not support it (%s)%s"
              .formatted(
                  bind.source(),
                  meaning(e),
                  bind.recursive() ? "; bind-recursive=disabled leaves out those below" : ""),
          e);
    }
  }

  /**
   * A mount of a directory, or of a file or directory in it.
   *
   * @param what names it in errors
   * @param top host path of the agent's own
   */
  static Fd subtree(String what, String top, String subpath, boolean readOnly)
      throws IOException {
    try (var directory = Open.open(top, O_PATH | O_NOFOLLOW);
        var source = beneath(what, directory, subpath)) {
      Fd tree = Mounts.openTree(source, "", OPEN_TREE_CLONE | AT_RECURSIVE);
      try {
        Mounts.mountSetattr(tree, AT_RECURSIVE, 0, 0, Mounts.MS_PRIVATE);
        if (readOnly) {
          Mounts.mountSetattr(tree, AT_RECURSIVE, Mounts.MOUNT_ATTR_RDONLY, 0, 0);
        }
        return tree;
      } catch (ErrnoException e) {
        tree.close();
        throw e;
      }
    }
  }

  /** Opens a subpath that cannot lead out, whatever a container swaps in it meanwhile. */
  private static Fd beneath(String what, Fd directory, String subpath) throws ErrnoException {
    if (subpath.isEmpty()) {
      return directory.duplicate();
    }
    String path = ByteStrings.ofText(subpath);
    for (int races = 0; ; races++) {
      try {
        Fd source = Open.openat2(directory, path, O_PATH, 0, BENEATH);
        var stat = Stat.of(source);
        if (stat.isDirectory() || stat.isRegular()) {
          return source;
        }
        source.close();
        throw new StowageException.Failed(
            "cannot access path %s of %s: neither a file nor a folder".formatted(subpath, what),
            null);
      } catch (ErrnoException e) {
        if (e.is(Errno.EAGAIN) && races < RACES_MAX) {
          continue;
        }
        if (e.is(Errno.EXDEV) || e.is(Errno.ELOOP) || e.is(Errno.EAGAIN)) {
          throw new StowageException.Failed(
              "cannot access path %s of %s: it leads out of it".formatted(subpath, what), e);
        }
        if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
          // Not the kernel's words: the stock client would make exit code 127 of them.
          throw new StowageException.NotFound(
              stowage.base.Resource.FILE,
              subpath,
              "cannot access path %s of %s: it does not exist".formatted(subpath, what));
        }
        throw e;
      }
    }
  }

  /** A fresh tmpfs. */
  static Fd tmpfs(Mount.Tmpfs tmpfs, int defaultMode) throws ErrnoException {
    long attributes = tmpfs.readOnly() ? Mounts.MOUNT_ATTR_RDONLY : 0;
    for (String flag : tmpfs.flags()) {
      attributes |=
          switch (flag) {
            case "noexec" -> Mounts.MOUNT_ATTR_NOEXEC;
            case "nosuid" -> Mounts.MOUNT_ATTR_NOSUID;
            case "nodev" -> Mounts.MOUNT_ATTR_NODEV;
            case "noatime" -> Mounts.MOUNT_ATTR_NOATIME;
            case "nodiratime" -> Mounts.MOUNT_ATTR_NODIRATIME;
            case "strictatime" -> Mounts.MOUNT_ATTR_STRICTATIME;
            default -> 0; // relatime is the kernel's own, sync means nothing in memory
          };
    }
    try (var fs = Mounts.fsopen("tmpfs")) {
      Mounts.fsconfigString(fs, "source", "tmpfs");
      if (tmpfs.sizeBytes().isPresent()) {
        Mounts.fsconfigString(fs, "size", Long.toString(tmpfs.sizeBytes().getAsLong()));
      }
      Mounts.fsconfigString(
          fs, "mode", Integer.toOctalString(tmpfs.permissions().orElse(defaultMode)));
      for (var option : tmpfs.data().entrySet()) {
        Mounts.fsconfigString(fs, option.getKey(), option.getValue());
      }
      Mounts.fsconfigCreate(fs);
      return Mounts.fsmount(fs, (int) attributes);
    }
  }

  static StowageException failed(String doing, IOException e) {
    return new StowageException.Failed("cannot %s: %s".formatted(doing, e.getMessage()), e);
  }

  static String meaning(ErrnoException e) {
    return e.errno().map(Errno::meaning).orElse(e.getMessage());
  }
}
