package stowage.store;

import java.io.IOException;

/**
 * A directory tree that is being filled and has no name yet; see {@link Publish}. Closing removes
 * it unless it was published. For one thread at a time.
 */
public final class StagedTree implements AutoCloseable {
  private final Publish publish;
  private final String name;
  private boolean gone;

  StagedTree(Publish publish, String name) {
    this.publish = publish;
    this.name = name;
  }

  /** Where it lies on the disk until it is published, for filling it. */
  public String name() {
    return name;
  }

  /**
   * Makes everything in it durable and gives it its name; durable when it returns.
   *
   * @return false if the name was taken; nothing was changed
   */
  public boolean publish(String as) {
    assert !gone;
    boolean isNew = false;
    try {
      publish.disk().syncTree(name);
      isNew = publish.rename(name, as);
      gone = isNew;
      publish.disk().syncDirectory(Publish.parent(as));
      return isNew;
    } catch (IOException e) {
      if (isNew) {
        publish.removeQuietly(as, e);
      }
      throw Disk.failure("publish " + as, e);
    }
  }

  /** Removes it, unless it was published. */
  @Override
  public void close() {
    if (gone) {
      return;
    }
    gone = true;
    try {
      publish.disk().removeTree(name);
    } catch (IOException e) {
      // It has no name anyone looks for, and the next start removes it.
      System.getLogger("stowage.store")
          .log(System.Logger.Level.WARNING, "staged.left name={0} error={1}", name, e.getMessage());
    }
  }
}
