package stowage.image;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long and how often a registry is tried: the limits of everything a remote may draw out.
 *
 * @param attempts tries of one request, and of one blob without progress between
 * @param first the pause before the second try; doubles from there, with jitter
 * @param longest no pause is longer, whatever {@code Retry-After} says
 * @param connect until a connection stands
 * @param answer until an answer's headers are here
 * @param window bodies must move {@code windowBytes} in so much time spent waiting for them
 * @param windowBytes see {@code window}
 */
record Patience(
    int attempts,
    Duration first,
    Duration longest,
    Duration connect,
    Duration answer,
    Duration window,
    long windowBytes) {
  static final Patience DEFAULT =
      new Patience(
          5,
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          30 << 10);

  /** Until the headers of an answer to a request with a body are here, once it has gone. */
  Duration answerToBody() {
    return answer.multipliedBy(5);
  }

  /** Waits before try number {@code next} (2, 3, ...), at least {@code asked}. */
  void pause(int next, Duration asked) throws InterruptedException {
    long doubled = first.toNanos() << Math.min(next - 2, 20);
    // Half of it is chance, so that many clients of a registry that fell do not come back at once.
    long nanos = doubled / 2 + ThreadLocalRandom.current().nextLong(doubled / 2 + 1);
    Duration pause = Duration.ofNanos(nanos).compareTo(asked) < 0 ? asked : Duration.ofNanos(nanos);
    Thread.sleep(pause.compareTo(longest) > 0 ? longest : pause);
  }
}
