package stowage.agent;

import java.time.Duration;

/**
 * Gives memory back after a burst of work: a JVM keeps what its heap once grew to, and an agent is
 * idle most of its life.
 *
 * <p>When the heap has not grown between two looks and is larger than an idle agent needs, a full
 * collection lets the flags the agent runs with (MaxHeapFreeRatio, ShrinkHeapInSteps) shrink it.
 */
final class HeapTrimmer {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final long IDLE_BYTES = 48L << 20;

  private HeapTrimmer() {}

  /** Starts looking, for as long as the process lives. */
  static void start() {
    Thread.ofPlatform().daemon().name("heap-trimmer").start(HeapTrimmer::run);
  }

  private static void run() {
    var runtime = Runtime.getRuntime();
    long seen = 0;
    long trimmed = 0;
    try {
      while (true) {
        Thread.sleep(PAUSE);
        long now = runtime.totalMemory();
        if (now > IDLE_BYTES && now == seen && now != trimmed) {
          System.gc();
          trimmed = runtime.totalMemory();
        }
        seen = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
