package stowage.container;

import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_PATH;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import stowage.base.ByteStrings;
import stowage.base.PlatformThread;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.volume.Owner;

/**
 * Files in and out of a container, as {@code docker cp} moves them: running, stopped or never
 * started, through its volumes and binds.
 *
 * <p>Paths are a client's text, relative ones from the root. Whatever symlinks the container has or
 * swaps meanwhile, nothing outside of its root is read or written.
 */
public final class Archive {
  private final MountApplier mounts;
  private final Roots roots;

  /** Archives of the containers {@code roots} knows. */
  public Archive(MountApplier mounts, Roots roots) {
    this.mounts = mounts;
    this.roots = roots;
  }

  /**
   * What is needed of a container.
   *
   * @param files as for {@link MountApplier#mount}
   */
  public record Root(
      MountApplier.Subject subject,
      List<Mount> mounts,
      Map<String, Path> files,
      boolean readOnlyRoot) {}

  /** Where containers are looked up. */
  public interface Roots {
    /** The container of that name, id or id's beginning; NotFound otherwise. */
    Root root(String container);
  }

  /**
   * How a tar is put into a container.
   *
   * @param noOverwriteDirNonDir whether replacing a directory by something else, or the reverse, is
   *     refused
   * @param copyUidGid whether the container's user owns the files, when it has one; otherwise, as
   *     with Docker, their owners are the archive's
   */
  public record Put(boolean noOverwriteDirNonDir, boolean copyUidGid) {}

  private interface Work<T> {
    T run(Root container, Fd root) throws IOException;
  }

  /** What is at {@code path}; a symlink at its end is told, not followed. */
  public PathStat stat(String container, String path) {
    return inside(container, path, (_, root) -> stat(root, path));
  }

  /**
   * Writes the file or the tree at {@code path} as a tar whose names begin with the path's last
   * part.
   *
   * @param begin told what is there before the first byte is written; answers where to write
   */
  public void get(String container, String path, Function<PathStat, OutputStream> begin) {
    String absolute = RootPaths.absolute(path);
    inside(
        container,
        path,
        (_, root) -> {
          try (var source = RootPaths.open(root, absolute)) {
            var stat = Stat.of(source);
            OutputStream out = begin.apply(pathStat(root, absolute, source, stat));
            try (var writer = new TreeTar(out)) {
              writer.add(source, stat, root, absolute);
            }
          }
          return null;
        });
  }

  /** Unpacks a tar into the directory at {@code path}. */
  public void put(String container, String path, InputStream tar, Put options) {
    inside(
        container,
        path,
        (found, root) -> {
          String absolute = RootPaths.evaluate(root, RootPaths.absolute(path));
          try (var there = Open.inRoot(root, absolute, O_PATH)) {
            if (!Stat.of(there).isDirectory()) {
              throw new InvalidArgument("extraction point is not a directory");
            }
            checkWritable(found, root, there);
            var user = found.subject().user();
            boolean own = options.copyUidGid() && !user.equals(Owner.ROOT);
            try (var unpack =
                new Unpack(
                    root,
                    absolute,
                    found.readOnlyRoot(),
                    options.noOverwriteDirNonDir(),
                    own ? java.util.Optional.of(user) : java.util.Optional.empty())) {
              unpack.run(tar);
            }
          }
          return null;
        });
  }

  private <T> T inside(String container, String path, Work<T> work) {
    var found = roots.root(container);
    return PlatformThread.call("docker cp", () -> inside(found, container, path, work));
  }

  private <T> T inside(Root found, String container, String path, Work<T> work) {
    if (path.isEmpty()) {
      throw new InvalidArgument("path cannot be empty");
    }
    if (path.indexOf('\0') >= 0) {
      throw notFound(container, path);
    }
    var files = new LinkedHashMap<>(found.files());
    files.values().removeIf(file -> !Files.exists(file)); // of one that was never started
    String id = found.subject().id();
    var mounted = mounts.enter(found.subject(), found.mounts(), files);
    try (var root = Open.open(ByteStrings.ofPath(mounted.root()), O_PATH | O_DIRECTORY)) {
      return work.run(found, root);
    } catch (ErrnoException e) {
      throw failed(container, path, e);
    } catch (IOException e) {
      throw new StowageException.Failed(e.getMessage(), e);
    } finally {
      mounts.leave(id);
    }
  }

  private static StowageException failed(String container, String path, ErrnoException e) {
    if (RootPaths.isMissing(e)) {
      return notFound(container, path);
    }
    if (e.is(Errno.EROFS)) {
      return new InvalidArgument("mounted volume is marked read-only");
    }
    if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT)) {
      return new StowageException.LimitExceeded("no space left on device", e);
    }
    return new StowageException.Failed(
        "copy %s of container %s: %s".formatted(path, container, e.getMessage()), e);
  }

  private static NotFound notFound(String container, String path) {
    return new NotFound(
        Resource.FILE,
        path,
        "Could not find the file %s in container %s".formatted(path, container));
  }

  private static PathStat stat(Fd root, String path) throws ErrnoException {
    String absolute = RootPaths.absolute(path);
    try (var fd = RootPaths.open(root, absolute)) {
      return pathStat(root, absolute, fd, Stat.of(fd));
    }
  }

  private static PathStat pathStat(Fd root, String absolute, Fd fd, Stat stat)
      throws ErrnoException {
    assert fd.number() >= 0;
    return new PathStat(
        ByteStrings.text(RootPaths.base(absolute)),
        stat.size(),
        PathStat.goMode(stat.mode()),
        Instant.ofEpochSecond(stat.mtimeSec(), stat.mtimeNsec()),
        stat.isSymlink() ? ByteStrings.text(RootPaths.evaluate(root, absolute)) : "");
  }

  /** Docker's two refusals; a mount that is read-only would refuse by itself, in other words. */
  private static void checkWritable(Root container, Fd root, Fd there) throws ErrnoException {
    String top = Directory.readlink(root.procPath());
    String path = Directory.readlink(there.procPath());
    String inside =
        path.length() > top.length() ? ByteStrings.text(path.substring(top.length())) : "/";
    Mount deepest = null;
    for (Mount mount : container.mounts()) {
      if (Paths.isWithin(inside, mount.target())
          && (deepest == null || mount.target().length() > deepest.target().length())) {
        deepest = mount;
      }
    }
    if (deepest != null && deepest.readOnly()) {
      throw new InvalidArgument("mounted volume is marked read-only");
    }
    if (deepest == null && container.readOnlyRoot()) {
      throw new InvalidArgument("container rootfs is marked read-only");
    }
  }
}
