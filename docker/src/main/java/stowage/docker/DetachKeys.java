package stowage.docker;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import stowage.base.StowageException.InvalidArgument;

/**
 * The keys that let go of a terminal, found in what is typed: {@code ctrl-p,ctrl-q} unless asked
 * for others. Keys that begin the sequence are held back until it is clear that it is none.
 */
final class DetachKeys {
  private static final byte[] DEFAULT = {16, 17};

  private final byte[] keys;
  private int matched;

  DetachKeys(String text) {
    this.keys = text.isEmpty() ? DEFAULT.clone() : parse(text);
  }

  private static byte[] parse(String text) {
    var keys = new ByteArrayOutputStream();
    for (String key : text.split(",", -1)) {
      String lower = key.toLowerCase(Locale.ROOT);
      int control = lower.startsWith("ctrl-") ? "@abcdefghijklmnopqrstuvwxyz[\\]^_"
          .indexOf(lower.substring(5)) : -1;
      if (key.length() == 1) {
        keys.write(key.charAt(0));
      } else if (lower.length() == 6 && control >= 0) {
        keys.write(control);
      } else {
        throw new InvalidArgument("Invalid detach keys (%s) provided".formatted(text));
      }
    }
    return keys.toByteArray();
  }

  /** What was typed and is not part of the sequence; null when the sequence is complete. */
  byte[] filter(byte[] typed, int count) {
    var passed = new ByteArrayOutputStream(count + matched);
    for (int i = 0; i < count; i++) {
      if (typed[i] == keys[matched]) {
        matched++;
        if (matched == keys.length) {
          return null;
        }
        continue;
      }
      passed.write(keys, 0, matched);
      matched = typed[i] == keys[0] && keys.length > 1 ? 1 : 0;
      if (matched == 0) {
        passed.write(typed[i]);
      }
    }
    return passed.toByteArray();
  }
}
