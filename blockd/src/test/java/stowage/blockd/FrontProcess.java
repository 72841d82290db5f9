package stowage.blockd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import stowage.linux.Loop;

/** A process with a front of a file, a holder for it, and a loop device; it waits to be killed. */
final class FrontProcess {
  private FrontProcess() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var device = new FileDevice(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    var front = FuseFront.make(arguments[2], device, false);
    if (front.outlives()) {
      Holder.start(arguments[2], front.descriptors());
    }
    try (var loop = Loop.attachToStay(front.file(), false, true)) {
      System.out.println(loop.path());
    }
    new CountDownLatch(1).await();
  }
}
