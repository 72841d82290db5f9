package stowage.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way to log in that a registry offers in {@code WWW-Authenticate}.
 *
 * @param scheme "basic", "bearer", ... in lower case
 * @param parameters by name in lower case
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, 11.6.1</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int HEADER_MAX = 8192;

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** All challenges of all header lines; what cannot be read is left out. */
  static List<Challenge> parse(List<String> headers) {
    var challenges = new ArrayList<Challenge>();
    for (var header : headers) {
      if (header.length() <= HEADER_MAX) {
        new Parser(header).into(challenges);
      }
    }
    return challenges;
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void into(List<Challenge> challenges) {
      String scheme = null;
      var parameters = new LinkedHashMap<String, String>();
      while (true) {
        skip(" \t,");
        String word = token();
        if (word.isEmpty()) {
          break;
        }
        skip(" \t");
        if (at < text.length() && text.charAt(at) == '=') {
          at++;
          skip(" \t");
          String value = value();
          if (scheme != null) {
            parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value);
          }
        } else {
          add(challenges, scheme, parameters);
          scheme = word.toLowerCase(Locale.ROOT);
          parameters.clear();
        }
      }
      add(challenges, scheme, parameters);
    }

    private static void add(List<Challenge> to, String scheme, Map<String, String> parameters) {
      if (scheme != null) {
        to.add(new Challenge(scheme, parameters));
      }
    }

    private void skip(String these) {
      while (at < text.length() && these.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private String token() {
      int from = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        return token();
      }
      var value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }
  }
}
