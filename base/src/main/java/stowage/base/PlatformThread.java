package stowage.base;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * A platform thread for work that keeps a thread busy with system calls for long: copying a tree,
 * removing one, reading a disk that may hang. On a virtual thread it would hold one of the few
 * carriers, and with them everybody else's requests.
 */
public final class PlatformThread {
  private PlatformThread() {}

  /** Does the work and waits for it; in place when the caller is a platform thread itself. */
  public static <T> T call(String name, Supplier<T> work) {
    if (!Thread.currentThread().isVirtual()) {
      return work.get();
    }
    var task = new FutureTask<>(work::get);
    Thread.ofPlatform().daemon().name(name).start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // the work is half done: what comes of it must be known
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException thrown -> throw thrown;
        case Error bug -> throw bug;
        case Throwable checked -> throw new AssertionError("a supplier throws none", checked);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The same without a result. */
  public static void run(String name, Runnable work) {
    call(
        name,
        () -> {
          work.run();
          return null;
        });
  }
}
