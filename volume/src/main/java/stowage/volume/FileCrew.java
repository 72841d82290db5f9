package stowage.volume;

import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_NONBLOCK;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import stowage.linux.Attributes;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.linux.Xattrs;

/**
 * Some threads that copy the content and attributes of regular files which one thread finds and
 * names. Reading a small file from a layer is mostly waiting for it; several wait at once.
 */
final class FileCrew implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int QUEUED_MAX = 64;

  /** So few are copied by whoever finds them, without any thread. */
  private static final int ALONE_MAX = 4;

  private final BlockingQueue<Optional<Job>> queue = new ArrayBlockingQueue<>(QUEUED_MAX);
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final AtomicLong bytes = new AtomicLong();
  private final FileData own = new FileData();
  private int files;

  /** A directory of the source that stays open until the last of its files is copied. */
  static final class Source implements AutoCloseable {
    private final Fd directory;
    private final List<String> path;
    private int users = 1; // guarded by this

    Source(Fd directory, List<String> path) throws IOException {
      this.directory = directory.duplicate();
      this.path = path;
    }

    private synchronized void use() {
      users++;
    }

    /** The finder's own use, or one job's, ends. */
    @Override
    public synchronized void close() {
      if (--users == 0) {
        directory.close();
      }
    }
  }

  private record Job(Source source, String name, Fd target) {}

  /** Copies a file, now or soon; {@code target} is empty, and closed when it is done. */
  void copy(Source source, String name, Fd target) throws IOException {
    source.use();
    var job = new Job(source, name, target);
    if (++files <= ALONE_MAX) {
      run(job, own);
      check();
      return;
    }
    if (threads.isEmpty()) {
      for (int i = 0; i < THREADS; i++) {
        threads.add(Thread.ofPlatform().daemon().name("copy-files").start(this::work));
      }
    }
    put(Optional.of(job));
    check();
  }

  /** Waits for all; how many bytes were copied. */
  long finish() throws IOException {
    close();
    check();
    return bytes.get();
  }

  private void check() throws IOException {
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private void put(Optional<Job> job) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(job);
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the descriptors in the queue must be closed whatever comes
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    var data = new FileData();
    while (true) {
      try {
        var job = queue.take();
        if (job.isEmpty()) {
          return;
        }
        run(job.get(), data);
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts these threads", e);
      }
    }
  }

  /** After a failure files are only closed: the copy is thrown away. */
  private void run(Job job, FileData data) {
    try (var source = job.source;
        var target = job.target) {
      if (failure.get() == null) {
        bytes.addAndGet(copy(source.directory, job.name, target, data));
      }
    } catch (IOException e) {
      var path = new ArrayList<>(job.source.path);
      path.add(job.name);
      failure.compareAndSet(null, new CopyTree.CopyFailed(path, e));
    }
  }

  private static long copy(Fd directory, String name, Fd target, FileData data)
      throws IOException {
    // Not blocking, should it have become a fifo since.
    try (var source = Open.openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)) {
      var stat = Stat.of(source);
      if (!stat.isRegular()) {
        throw new IOException("it changed while it was copied");
      }
      long copied = data.copy(source, target, stat);
      // In this order: a new owner takes away set-id bits and capabilities.
      Attributes.fchown(target, stat.uid(), stat.gid());
      Attributes.fchmod(target, stat.permissions());
      for (String xattr : Xattrs.list(source)) {
        var value = CopyTree.isCopied(xattr) ? Xattrs.get(source, xattr) : Optional.<byte[]>empty();
        if (value.isPresent()) {
          CopyTree.setUnlessUnsupported(() -> Xattrs.set(target, xattr, value.get(), 0));
        }
      }
      Attributes.futimens(target, 0, Attributes.UTIME_OMIT, stat.mtimeSec(), stat.mtimeNsec());
      return copied;
    }
  }

  /** Ends the threads, when what is queued is done. */
  @Override
  public void close() {
    threads.forEach(_ -> put(Optional.empty()));
    boolean interrupted = false;
    for (var thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    threads.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
