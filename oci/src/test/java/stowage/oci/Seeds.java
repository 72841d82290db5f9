package stowage.oci;

import java.util.Random;

/** The seed of a randomised test: {@code -Dseed=N}, or a fixed one; a failure names it. */
final class Seeds {
  private static final long FIXED = 20_260_101;

  private Seeds() {}

  static long seed() {
    String given = System.getProperty("seed", "");
    return given.isEmpty() ? FIXED : Long.parseLong(given);
  }

  static Random random(long seed) {
    return new Random(seed);
  }
}
