package stowage.chunk;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import stowage.store.Disk;
import stowage.store.DiskFile;

/** Packs that are open for reading, the least recently used ones closed first. Any thread. */
final class OpenFiles implements AutoCloseable {
  private static final int OPEN_MAX = 128;

  private final Disk disk;
  private final LinkedHashMap<String, Open> open =
      new LinkedHashMap<>(16, 0.75f, true); // guarded by this

  private static final class Open {
    final DiskFile file;
    int users;
    boolean isDropped;

    Open(DiskFile file) {
      this.file = file;
    }
  }

  interface Use<T> {
    T with(DiskFile file) throws IOException;
  }

  OpenFiles(Disk disk) {
    this.disk = disk;
  }

  /** Reads from a file; NoSuchFileException if it is gone. */
  <T> T read(String name, Use<T> use) throws IOException {
    Open held = acquire(name);
    try {
      return use.with(held.file);
    } finally {
      release(held);
    }
  }

  private synchronized Open acquire(String name) throws IOException {
    Open held = open.get(name);
    if (held == null) {
      held = new Open(disk.open(name));
      open.put(name, held);
      trim();
    }
    held.users++;
    return held;
  }

  private void trim() throws IOException {
    Iterator<Open> eldest = open.values().iterator();
    for (int over = open.size() - OPEN_MAX; over > 0 && eldest.hasNext(); over--) {
      Open held = eldest.next();
      eldest.remove();
      drop(held);
    }
  }

  private synchronized void release(Open held) throws IOException {
    held.users--;
    if (held.isDropped && held.users == 0) {
      held.file.close();
    }
  }

  /** Forgets a file that has gone. */
  synchronized void drop(String name) throws IOException {
    Open held = open.remove(name);
    if (held != null) {
      drop(held);
    }
  }

  private static void drop(Open held) throws IOException {
    held.isDropped = true;
    if (held.users == 0) {
      held.file.close();
    }
  }

  @Override
  public synchronized void close() {
    try {
      for (Open held : open.values()) {
        drop(held);
      }
    } catch (IOException e) {
      throw Disk.failure("close a pack", e);
    } finally {
      open.clear();
    }
  }
}
