package stowage.oci;

import java.util.function.IntPredicate;

/**
 * The grammar of image names, checked by hand: a regular expression over a name of any length can
 * run the stack out.
 */
final class ReferenceGrammar {
  private static final int TAG_MAX = 128;
  private static final int DIGEST_HEX_MIN = 32;

  private ReferenceGrammar() {}

  /** A host name or an IPv6 address in brackets, with a port if any. */
  static boolean isDomain(String domain) {
    int colon = domain.lastIndexOf(':');
    boolean port = colon >= 0 && domain.indexOf(']', colon) < 0;
    String host = port ? domain.substring(0, colon) : domain;
    if (port && !all(domain, colon + 1, domain.length(), ReferenceGrammar::isDigit)) {
      return false;
    }
    if (host.startsWith("[")) {
      return host.endsWith("]")
          && all(host, 1, host.length() - 1, c -> c == ':' || isHex(c));
    }
    for (String part : host.split("\\.", -1)) {
      if (part.startsWith("-")
          || part.endsWith("-")
          || !all(part, 0, part.length(), c -> isLetter(c) || isDigit(c) || c == '-')) {
        return false;
      }
    }
    return true;
  }

  /** Lower-case parts between slashes; in a part, '.', '_', '__' or dashes between letters. */
  static boolean isPath(String path) {
    for (String part : path.split("/", -1)) {
      if (!isPathPart(part)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPathPart(String part) {
    int i = 0;
    while (true) {
      int from = i;
      while (i < part.length() && (isLower(part.charAt(i)) || isDigit(part.charAt(i)))) {
        i++;
      }
      if (i == from) {
        return false;
      }
      if (i == part.length()) {
        return true;
      }
      i = afterSeparator(part, i);
    }
  }

  private static int afterSeparator(String part, int at) {
    int i = at;
    switch (part.charAt(i)) {
      case '-' -> {
        while (i < part.length() && part.charAt(i) == '-') {
          i++;
        }
      }
      case '_' -> i += part.startsWith("__", i) ? 2 : 1;
      case '.' -> i++;
      default -> {} // no letter follows, and the part is refused
    }
    return i;
  }

  static boolean isTag(String tag) {
    return tag.length() <= TAG_MAX
        && all(tag, 0, tag.length(), c -> isWord(c) || c == '.' || c == '-')
        && isWord(tag.charAt(0));
  }

  /** The form of any digest, of whatever algorithm. */
  static boolean isDigest(String digest) {
    int colon = digest.indexOf(':');
    return colon > 0
        && digest.length() - colon - 1 >= DIGEST_HEX_MIN
        && isLetter(digest.charAt(0))
        && isWord(digest.charAt(colon - 1))
        && all(digest, 0, colon, c -> isWord(c) || c == '-' || c == '+' || c == '.')
        && all(digest, colon + 1, digest.length(), ReferenceGrammar::isHex);
  }

  static boolean isHex(String text) {
    return all(text, 0, text.length(), c -> isDigit(c) || c >= 'a' && c <= 'f');
  }

  private static boolean isHex(int c) {
    return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  private static boolean isWord(int c) {
    return isLetter(c) || isDigit(c) || c == '_';
  }

  private static boolean isLetter(int c) {
    return isLower(c) || c >= 'A' && c <= 'Z';
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Whether {@code text[from, to)} is not empty and all of that kind. */
  private static boolean all(String text, int from, int to, IntPredicate kind) {
    for (int i = from; i < to; i++) {
      if (!kind.test(text.charAt(i))) {
        return false;
      }
    }
    return from < to;
  }
}
