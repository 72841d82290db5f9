package stowage.store;

import java.nio.file.Path;
import stowage.base.StowageException;

/**
 * The proof that this process alone uses a root: an exclusive flock on {@code <root>/lock}. The
 * kernel gives it up when the process ends, however it ends.
 */
public final class RootLock implements AutoCloseable {
  private RootLock() {}

  /**
   * Takes the lock of a root that is there.
   *
   * @throws StowageException.InUse if another agent has it; the message names its pid
   */
  public static RootLock take(Path root) {
    throw new StowageException.Unsupported("to come: " + root);
  }

  /** Gives the lock up. */
  @Override
  public void close() {}
}
