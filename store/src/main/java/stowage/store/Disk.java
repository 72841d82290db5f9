package stowage.store;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import stowage.base.StowageException;

/**
 * A directory tree that can crash. After a crash it holds what was synced; what was not may be
 * there, be lost, or (bytes only) be torn, each for itself and in any order.
 *
 * <p>Bytes of a file are durable after {@link DiskFile#sync}. A name (made, renamed or removed) is
 * durable after {@link #syncDirectory} of the directory that holds it, of both after a rename from
 * one to another. A rename is atomic: a crash leaves the old name or the new one with whole content
 * behind it, though not in any order with other names.
 *
 * <p>Names are byte strings relative to the root, slash separated, {@code ""} the root itself. Any
 * thread may call at any time; calls block. Beside what each method names, {@link DiskFull} says
 * that there is no room (ENOSPC, EDQUOT) and any other IOException that the machine failed (EIO,
 * EMFILE, ...): in both cases the call has changed nothing a reader can see.
 */
public interface Disk {
  /**
   * Creates an empty file and opens it for writing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   * @throws java.nio.file.NoSuchFileException if its directory is not there
   */
  DiskFile create(String name) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if nothing has that name
   */
  DiskFile open(String name) throws IOException;

  /** The size in bytes, empty if nothing has that name; of a directory it says only that it is. */
  OptionalLong size(String name) throws IOException;

  /**
   * The names in a directory, sorted, without path.
   *
   * @throws java.nio.file.NoSuchFileException if nothing has that name
   */
  List<String> list(String directory) throws IOException;

  /** Makes a directory (mode 0700) and those above it that are missing; does nothing if it is. */
  void makeDirectory(String name) throws IOException;

  /**
   * Renames a file or directory, never over another.
   *
   * @throws java.nio.file.FileAlreadyExistsException if {@code to} is taken
   * @throws java.nio.file.NoSuchFileException if {@code from} or the directory of {@code to} is
   *     not there
   */
  void rename(String from, String to) throws IOException;

  /** Renames a file in the place of another, or where none is. */
  void replace(String from, String to) throws IOException;

  /** Removes the name of a file; false if there was none. */
  boolean remove(String name) throws IOException;

  /**
   * Removes a directory with all that is in it, deepest first; false if there was none. Follows no
   * symlink and enters no other filesystem. Not atomic: first {@link #rename} it to a folder that
   * is swept.
   */
  boolean removeTree(String name) throws IOException;

  /** Makes the names in a directory durable. */
  void syncDirectory(String name) throws IOException;

  /** Makes a directory durable with all names and bytes in it, all the way down. */
  void syncTree(String name) throws IOException;

  /**
   * How a request fails when the disk did.
   *
   * @param doing what was being done, as in "write layer sha256:..."
   */
  static StowageException failure(String doing, IOException e) {
    return switch (e) {
      case DiskFull full ->
          new StowageException.LimitExceeded("cannot " + doing + ": no space left on device", full);
      case IOException other ->
          new StowageException.Failed("cannot " + doing + ": " + other.getMessage(), other);
    };
  }
}
