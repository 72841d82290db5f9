package stowage.base;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random ids, 64 lowercase hex digits, as Docker gives containers, execs and anonymous volumes. */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** A fresh id; its first 12 digits are never all decimal, which some tools take for a number. */
  public static String random() {
    var bytes = new byte[32];
    String id;
    do {
      RANDOM.nextBytes(bytes);
      id = HexFormat.of().formatHex(bytes);
    } while (id.substring(0, 12).chars().allMatch(Character::isDigit));
    return id;
  }
}
