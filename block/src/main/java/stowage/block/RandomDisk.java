package stowage.block;

import java.io.IOException;
import stowage.store.Disk;

/**
 * A {@link Disk} whose files can also be written anywhere and have holes.
 *
 * <p>Names behave as on any {@link Disk}: one that was made is durable after {@link
 * #syncDirectory}.
 */
interface RandomDisk extends Disk {
  /**
   * Creates a file that is one hole of {@code size} bytes.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  RandomFile createRandom(String name, long size) throws IOException;

  /**
   * Opens a file for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException if nothing has that name
   */
  RandomFile openRandom(String name) throws IOException;

  /** Whether {@link #cloneFile} works here. */
  boolean clones();

  /** Makes a new file that shares all of another's bytes until either is written to. */
  void cloneFile(String from, String to) throws IOException;
}
