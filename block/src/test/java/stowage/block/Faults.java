package stowage.block;

import java.io.IOException;
import java.util.Random;
import stowage.store.DiskFull;

/** Decides which I/O fails. One seed decides everything, so a failure can be replayed. */
final class Faults {
  private final Random random;
  private int oneIn; // 0: never
  private boolean full;
  private String only = "";

  Faults(Random random) {
    this.random = random;
  }

  /** Fails one operation in {@code oneIn} on average; 1 fails all, 0 none. */
  synchronized void failOneIn(int oneIn) {
    this.oneIn = oneIn;
    full = false;
    only = "";
  }

  /** As {@link #failOneIn}, for want of room. */
  synchronized void fullOneIn(int oneIn) {
    failOneIn(oneIn);
    full = true;
  }

  /** Only operations of that name fail. */
  synchronized Faults only(String operation) {
    only = operation;
    return this;
  }

  synchronized void maybeFail(String operation) throws IOException {
    if (oneIn > 0
        && (only.isEmpty() || only.equals(operation))
        && !(full && (operation.equals("read") || operation.equals("sync")))
        && random.nextInt(oneIn) == 0) {
      String what = "injected fault: " + operation;
      throw full ? new DiskFull(what, null) : new IOException(what);
    }
  }
}
