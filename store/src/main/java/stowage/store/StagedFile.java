package stowage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A file that is being written and has no name yet; see {@link Publish}. Closing removes it unless
 * it was published. For one thread at a time.
 */
public final class StagedFile implements AutoCloseable {
  private final Publish publish;
  private final String name;
  private final DiskFile file;
  private State state = State.WRITING;
  private long size;

  private enum State {
    WRITING,
    SYNCED,
    /** It has its name, or was removed. */
    GONE
  }

  StagedFile(Publish publish, String name, DiskFile file) {
    this.publish = publish;
    this.name = name;
    this.file = file;
  }

  /** Appends all of {@code from}; see {@link DiskFile#write}. */
  public void write(ByteBuffer from) {
    assert state == State.WRITING : state;
    int count = from.remaining();
    try {
      file.write(from);
      size += count;
    } catch (IOException e) {
      throw lost("write", e);
    }
  }

  /** Appends zeros that take no room; see {@link DiskFile#skip}. */
  public void skip(long count) {
    assert state == State.WRITING : state;
    try {
      file.skip(count);
      size += count;
    } catch (IOException e) {
      throw lost("write", e);
    }
  }

  /** Bytes written. */
  public long size() {
    return size;
  }

  /** Where it lies on the disk until it is published, for reading it again. */
  public String name() {
    return name;
  }

  /** Makes what was written durable; nothing can be written after it. */
  public void sync() {
    if (state == State.SYNCED) {
      return;
    }
    assert state == State.WRITING : state;
    try {
      file.sync();
      file.close();
      state = State.SYNCED;
    } catch (IOException e) {
      throw lost("sync", e);
    }
  }

  /**
   * Gives it its name; durable when it returns.
   *
   * @return false if the name was taken: what is there was published before and is durable too
   */
  public boolean publish(String as) {
    return !publish.publishAll(List.of(new Publish.Named(this, as))).isEmpty();
  }

  /** Puts it in the place of the file of that name, or where none is; durable when it returns. */
  public void replace(String as) {
    sync();
    try {
      publish.disk().replace(name, as);
      state = State.GONE;
      publish.disk().syncDirectory(Publish.parent(as));
    } catch (IOException e) {
      throw Disk.failure("replace " + as, e);
    }
  }

  /** Removes it, unless it was published. */
  @Override
  public void close() {
    if (state == State.GONE) {
      return;
    }
    state = State.GONE;
    try {
      file.close();
      publish.disk().remove(name);
    } catch (IOException e) {
      // It has no name anyone looks for, and the next start removes it.
      System.getLogger("stowage.store")
          .log(System.Logger.Level.WARNING, "staged.left name={0} error={1}", name, e.getMessage());
    }
  }

  boolean rename(String as) throws IOException {
    assert state == State.SYNCED : state;
    boolean isNew = publish.rename(name, as);
    if (isNew) {
      state = State.GONE;
    }
    return isNew;
  }

  private RuntimeException lost(String what, IOException e) {
    var failure = Disk.failure(what + " a file", e);
    close();
    return failure;
  }
}
