package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.store.Disk;

/**
 * Peers on this machine: flocks, which the kernel gives up when their process ends, however it
 * ends. {@code lock} is for {@link #alone} and holds the counts; a lease is a file in {@code
 * leases/}, made and removed only by who is alone.
 */
final class HostPeers implements Peers {
  private static final int CREATE = Open.O_RDWR | Open.O_CREAT | Open.O_NOFOLLOW;

  private final Path folder;
  private final Fd lock;
  private final ReentrantLock threads = new ReentrantLock(true);

  /** Peers in a folder that is there and has a folder {@code leases}. */
  HostPeers(Path folder) {
    this.folder = folder;
    try {
      lock = Open.open(ByteStrings.ofPath(folder.resolve("lock")), CREATE, 0600);
    } catch (ErrnoException e) {
      throw failure(e);
    }
  }

  private StowageException failure(IOException e) {
    return Disk.failure("lock " + folder, e);
  }

  @Override
  public <T> T alone(Supplier<T> work) {
    threads.lock();
    try {
      if (threads.getHoldCount() > 1) {
        return work.get();
      }
      lockOrFail();
      try {
        return work.get();
      } finally {
        unlock();
      }
    } finally {
      threads.unlock();
    }
  }

  private void lockOrFail() {
    while (true) {
      try {
        Io.lock(lock);
        return;
      } catch (ErrnoException e) {
        if (!e.is(Errno.EINTR)) {
          throw failure(e);
        }
      }
    }
  }

  private void unlock() {
    try {
      Io.unlock(lock);
    } catch (ErrnoException e) {
      throw new AssertionError("a lock that is held can be given up", e);
    }
  }

  @Override
  public long count(Counter counter) {
    var bytes = ByteBuffer.allocate(Long.BYTES);
    try {
      Io.preadFully(lock, bytes, (long) counter.ordinal() * Long.BYTES);
    } catch (ErrnoException e) {
      throw failure(e);
    }
    return bytes.getLong(0); // past the end of a new file: 0
  }

  @Override
  public void bump(Counter counter) {
    assert threads.isHeldByCurrentThread();
    var bytes = ByteBuffer.allocate(Long.BYTES).putLong(0, count(counter) + 1);
    try {
      Io.pwriteFully(lock, bytes, (long) counter.ordinal() * Long.BYTES);
    } catch (ErrnoException e) {
      throw failure(e);
    }
  }

  private String path(String lease) {
    return ByteStrings.ofPath(folder.resolve("leases").resolve(lease));
  }

  @Override
  public Optional<Lease> lease(String name) {
    return alone(
        () -> {
          try {
            Fd fd = Open.open(path(name), CREATE, 0600);
            if (!Io.tryLock(fd)) {
              fd.close();
              return Optional.empty();
            }
            return Optional.of(() -> release(name, fd));
          } catch (ErrnoException e) {
            throw failure(e);
          }
        });
  }

  private void release(String name, Fd fd) {
    aloneRun(
        () -> {
          try {
            Directory.unlink(path(name));
          } catch (ErrnoException e) {
            throw failure(e);
          } finally {
            fd.close();
          }
        });
  }

  @Override
  public boolean isHeld(String name) {
    return alone(
        () -> {
          try (Fd fd = Open.open(path(name), Open.O_RDWR | Open.O_NOFOLLOW)) {
            return !Io.tryLock(fd);
          } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
              return false;
            }
            throw failure(e);
          }
        });
  }

  @Override
  public void close() {
    lock.close();
  }
}
