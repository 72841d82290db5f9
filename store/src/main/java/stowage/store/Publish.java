package stowage.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one way in which files that must survive come to be: temp file, write, fsync, rename without
 * replace, fsync the directory. The name appears with whole and durable content or not at all.
 *
 * <pre>{@code
 * try (var staged = publish.file()) {
 *   staged.write(bytes);
 *   staged.publish("blobs/sha256/" + digest.hex());   // durable when it returns
 * }                                                   // removed if it was not published
 * records.commit(...);                                // only now is it named
 * }</pre>
 *
 * <p>Temp files lie in one folder of the same filesystem; what a crash left there is removed when
 * the folder is opened. Any thread may call; a {@link StagedFile} is for one thread at a time.
 */
public final class Publish {
  private final Disk disk;
  private final String tmp;
  private final AtomicLong count = new AtomicLong();

  private Publish(Disk disk, String tmp) {
    this.disk = disk;
    this.tmp = tmp;
  }

  /**
   * Takes over a temp folder, made if need be, and removes everything in it: nobody else may use
   * it.
   */
  public static Publish in(Disk disk, String tmp) {
    var publish = new Publish(disk, tmp);
    publish.folder(tmp);
    try {
      for (String left : disk.list(tmp)) {
        remove(disk, tmp + "/" + left);
      }
      return publish;
    } catch (IOException e) {
      throw Disk.failure("empty the folder " + tmp, e);
    }
  }

  /** Makes a folder and those above it that are missing; durable when it returns. */
  public void folder(String name) {
    try {
      disk.makeDirectory(name);
      for (String at = name; !at.isEmpty(); at = parent(at)) {
        disk.syncDirectory(parent(at));
      }
    } catch (IOException e) {
      throw Disk.failure("make the folder " + name, e);
    }
  }

  /** A staged file and the name it shall have. */
  public record Named(StagedFile file, String name) {}

  /** Starts a file. */
  public StagedFile file() {
    String name = next();
    try {
      return new StagedFile(this, name, disk.create(name));
    } catch (IOException e) {
      throw Disk.failure("create a file", e);
    }
  }

  /** Starts a directory tree, empty, mode 0700; the caller fills it by its own means. */
  public StagedTree tree() {
    String name = next();
    try {
      disk.makeDirectory(name);
      return new StagedTree(this, name);
    } catch (IOException e) {
      throw Disk.failure("create a directory", e);
    }
  }

  /**
   * Publishes several files, in order, with one fsync per directory. All are durable when it
   * returns; a crash may leave any of them. A name that is taken keeps its content, which was
   * published before. When it fails none of the names is new.
   */
  public void all(List<Named> files) {
    publishAll(files);
  }

  /** As {@link #all}; returns the names that were not there before. */
  List<String> publishAll(List<Named> files) {
    for (var each : files) {
      each.file.sync();
    }
    var made = new ArrayList<String>();
    var directories = new LinkedHashSet<String>();
    try {
      for (var each : files) {
        if (each.file.rename(each.name)) {
          made.add(each.name);
        }
        directories.add(parent(each.name));
      }
      for (String directory : directories) {
        disk.syncDirectory(directory);
      }
      return made;
    } catch (IOException e) {
      // Nobody may find names of which we said that they are not there, nor sync the directory
      // again and believe it.
      made.forEach(name -> removeQuietly(name, e));
      throw Disk.failure("publish " + files.getLast().name, e);
    }
  }

  /**
   * Removes a directory tree so that it is wholly there or gone: it is renamed into the temp folder
   * first. False if there was none. It is gone for good when this returns.
   */
  public boolean discardTree(String name) {
    String to = next();
    try {
      if (disk.size(name).isEmpty()) {
        return false;
      }
      disk.rename(name, to);
      // Both, or a crash that undoes the move would bring back a tree half removed.
      disk.syncDirectory(tmp);
      disk.syncDirectory(parent(name));
      disk.removeTree(to);
      return true;
    } catch (IOException e) {
      throw Disk.failure("remove " + name, e);
    }
  }

  /** Removes a file for good; false if there was none. */
  public boolean discard(String name) {
    try {
      boolean was = disk.remove(name);
      if (was) {
        disk.syncDirectory(parent(name));
      }
      return was;
    } catch (IOException e) {
      throw Disk.failure("remove " + name, e);
    }
  }

  Disk disk() {
    return disk;
  }

  /** The directory part of a name; the root is the empty name. */
  static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }

  /**
   * Gives a staged file or tree its name.
   *
   * @return false if the name is taken; the staged one is still there
   */
  boolean rename(String staged, String name) throws IOException {
    try {
      disk.rename(staged, name);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  void removeQuietly(String name, Exception because) {
    try {
      remove(disk, name);
    } catch (IOException e) {
      because.addSuppressed(e); // what stays behind is removed at the next start
    }
  }

  private static void remove(Disk disk, String name) throws IOException {
    try {
      disk.remove(name);
    } catch (IOException notFile) {
      try {
        disk.removeTree(name);
      } catch (IOException e) {
        e.addSuppressed(notFile);
        throw e;
      }
    }
  }

  private String next() {
    return tmp + "/" + count.incrementAndGet();
  }
}
