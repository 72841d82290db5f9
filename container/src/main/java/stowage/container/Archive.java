package stowage.container;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import stowage.base.StowageException;

/**
 * Files in and out of a container, as {@code docker cp} moves them: running, stopped or never
 * started, through its volumes and binds.
 *
 * <p>Paths are a client's text, relative ones from the root. Whatever symlinks the container has or
 * swaps meanwhile, nothing outside of its root is read or written.
 */
public final class Archive {

  /** Archives of the containers {@code roots} knows. */
  public Archive(MountApplier mounts, Roots roots) {}

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
   * @param copyUidGid whether owners are taken from the archive instead of the container's user
   */
  public record Put(boolean noOverwriteDirNonDir, boolean copyUidGid) {}

  /** What is at {@code path}; a symlink at its end is told, not followed. */
  public PathStat stat(String container, String path) {
    throw toCome();
  }

  /**
   * Writes the file or the tree at {@code path} as a tar whose names begin with the path's last
   * part.
   *
   * @param begin told what is there before the first byte is written; answers where to write
   */
  public void get(String container, String path, Function<PathStat, OutputStream> begin) {
    throw toCome();
  }

  /** Unpacks a tar into the directory at {@code path}. */
  public void put(String container, String path, InputStream tar, Put options) {
    throw toCome();
  }

  private static StowageException toCome() {
    return new StowageException.Unsupported("to come");
  }
}
