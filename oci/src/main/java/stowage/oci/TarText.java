package stowage.oci;

import stowage.base.ByteStrings;
import stowage.base.StowageException;

/** How the tar classes speak of names. */
final class TarText {
  private static final int SHOWN = 200;

  private TarText() {}

  /** The name in quotes, with control characters escaped, cut when very long. */
  static String display(String byteString) {
    String text = ByteStrings.text(byteString);
    var shown = new StringBuilder("\"");
    int length = Math.min(text.length(), SHOWN);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        shown.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        shown.append("\\x%02x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.append(length < text.length() ? "...\"" : "\"").toString();
  }

  /** The refusal of an entry by its name. */
  static StowageException.Corrupt refuse(String name, String wrong) {
    return new StowageException.Corrupt("tar entry %s: %s".formatted(display(name), wrong), null);
  }
}
