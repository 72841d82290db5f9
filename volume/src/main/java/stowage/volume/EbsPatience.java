package stowage.volume;

import java.util.Optional;
import java.util.function.Supplier;
import stowage.base.StowageException.Unavailable;
import stowage.base.Time;

/** Waiting for what a region has promised and a zone is still at. */
final class EbsPatience {
  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long PAUSE_MILLIS_MAX = 500;

  private EbsPatience() {}

  /**
   * Asks until there is an answer.
   *
   * @param what as in: EBS volume vol-1 to be attached
   * @throws Unavailable after a minute without one
   */
  static <T> T until(String what, Supplier<Optional<T>> question) {
    long begin = Time.SYSTEM.nanos();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      var answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (Time.SYSTEM.nanos() - begin > LIMIT_NANOS) {
        throw new Unavailable("waited a minute for " + what, null);
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Unavailable("interrupted while waiting for " + what, e);
      }
      pause = Math.min(2 * pause, PAUSE_MILLIS_MAX);
    }
  }
}
