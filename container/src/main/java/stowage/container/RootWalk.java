package stowage.container;

import static stowage.linux.Open.O_CREAT;
import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_EXCL;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_PATH;
import static stowage.linux.Open.O_RDWR;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;

/**
 * Walks a path inside a container's root one name at a time, and can make what is missing on the
 * way: for the targets of mounts.
 *
 * <p>Every step opens one name, without following it, in a directory that is open already; symlinks
 * are read and walked the same way, absolute ones from the root, and {@code ..} goes back to the
 * directory the walk came from, never above the root. So whatever is swapped meanwhile, each
 * descriptor is of something inside the root. openat2(RESOLVE_IN_ROOT) does the same for paths that
 * exist; it cannot make directories behind a symlink that leads nowhere yet.
 */
final class RootWalk implements AutoCloseable {
  private static final int SYMLINKS_MAX = 40; // as the kernel
  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;
  private static final int RACES_MAX = 128;

  /** What to make of a last name that is missing. */
  enum Missing {
    DIRECTORY,
    FILE
  }

  /** A directory on the way and its name in the one above. */
  private record Step(String name, Fd fd) {}

  private final Fd root;
  private final List<Step> steps = new ArrayList<>();
  private Fd last;
  private String lastName = "";
  private boolean madeLast;

  private RootWalk(Fd root) {
    this.root = root;
  }

  /**
   * Walks to {@code path} and makes what is missing.
   *
   * @param root a directory, opened in any way; stays the caller's
   * @param path a byte string, from the root
   * @throws NotDirectoryException when a file is in the way
   * @throws FileSystemLoopException after 40 symlinks
   */
  static RootWalk to(Fd root, String path, Missing missing) throws IOException {
    var walk = new RootWalk(root);
    try {
      walk.run(path, missing);
      return walk;
    } catch (IOException e) {
      walk.close();
      throw e;
    }
  }

  /** What is there, opened with O_PATH; not a symlink. */
  Fd fd() {
    return last == null ? here() : last;
  }

  /** Whether what is there was missing and has just been made. */
  boolean madeLast() {
    return madeLast;
  }

  /** The path that leads there without any symlink. */
  String path() {
    var path = new StringBuilder();
    steps.forEach(step -> path.append('/').append(step.name));
    if (last != null) {
      path.append('/').append(lastName);
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private Fd here() {
    return steps.isEmpty() ? root : steps.getLast().fd;
  }

  private void run(String path, Missing missing) throws IOException {
    Deque<String> todo = new ArrayDeque<>(Paths.parts(path));
    int symlinks = 0;
    int races = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.equals("..")) {
        back();
        continue;
      }
      Fd next = openOrMake(name, todo.isEmpty() ? missing : Missing.DIRECTORY);
      if (next == null) { // it appeared or went away meanwhile
        if (++races > RACES_MAX) {
          throw new FileSystemLoopException(path + ": it changes all the time");
        }
        todo.push(name);
        continue;
      }
      var stat = Stat.of(next);
      if (stat.isSymlink()) {
        String target;
        try (next) {
          target = Directory.readlink(next);
        }
        if (++symlinks > SYMLINKS_MAX) {
          throw new FileSystemLoopException(path);
        }
        if (target.startsWith("/")) {
          restart();
        }
        Paths.parts(target).reversed().forEach(todo::push);
      } else if (stat.isDirectory()) {
        steps.add(new Step(name, next));
      } else if (todo.isEmpty()) {
        last = next;
        lastName = name;
      } else {
        next.close();
        throw new NotDirectoryException(path() + "/" + name);
      }
    }
  }

  /** The name, opened; made first if it is missing; null if it changed between the two. */
  private Fd openOrMake(String name, Missing missing) throws ErrnoException {
    madeLast = false;
    try {
      return Open.openat(here(), name, O_PATH | O_NOFOLLOW);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    try {
      switch (missing) {
        case DIRECTORY -> Directory.mkdirat(here(), name, DIRECTORY_MODE);
        case FILE ->
            Open.openat(here(), name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE).close();
      }
      madeLast = true;
      int kind = missing == Missing.DIRECTORY ? O_DIRECTORY : 0;
      return Open.openat(here(), name, O_PATH | O_NOFOLLOW | kind);
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST) || e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return null;
      }
      throw e;
    }
  }

  private void back() {
    if (!steps.isEmpty()) {
      steps.removeLast().fd.close();
    }
  }

  private void restart() {
    while (!steps.isEmpty()) {
      back();
    }
  }

  @Override
  public void close() {
    restart();
    if (last != null) {
      last.close();
      last = null;
    }
  }
}
