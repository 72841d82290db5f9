package stowage.container;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Work that nobody waits for, each piece on a virtual thread; what fails is logged. */
final class Background {
  private static final System.Logger LOG = System.getLogger("stowage.container");

  private final Executor threads = work -> Thread.ofVirtual().name("container-work").start(work);
  private volatile boolean closed;
  private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

  CompletableFuture<Void> run(String what, Runnable work) {
    if (closed) {
      return CompletableFuture.completedFuture(null);
    }
    var done =
        CompletableFuture.runAsync(work, threads)
            .exceptionally(
                e -> {
                  LOG.log(System.Logger.Level.ERROR, what + ".failed", e);
                  return null;
                });
    underWay.add(done);
    return done.whenComplete((_, _) -> underWay.remove(done));
  }

  /** When something has completed, whichever way. */
  void after(CompletableFuture<?> event, String what, Runnable work) {
    event.whenComplete((_, _) -> run(what, work));
  }

  void later(long millis, String what, Runnable work) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads)
        .execute(() -> run(what, work));
  }

  /** Waits for what is under way, and for what that begins. */
  void finish() {
    while (!underWay.isEmpty()) {
      CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).join();
    }
  }

  /** The agent ends: what happens from now on, its next life finds out by itself. */
  void close() {
    closed = true;
    finish();
  }
}
