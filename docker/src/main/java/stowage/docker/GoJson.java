package stowage.docker;

import java.nio.charset.StandardCharsets;
import stowage.base.StowageException.InvalidArgument;

/**
 * Checks JSON and words what is wrong as Go's decoder does, which is what clients of this API know.
 */
final class GoJson {
  private final String text;
  private int at;

  private GoJson(String text) {
    this.text = text;
  }

  /** Refuses what is not one JSON value: "invalid JSON: invalid character 'b' looking for ...". */
  static void check(byte[] json) {
    var check = new GoJson(new String(json, StandardCharsets.UTF_8));
    check.value("looking for beginning of value", 0);
    check.space();
    if (check.at < check.text.length()) {
      throw check.wrong("after top-level value");
    }
  }

  private void value(String where, int depth) {
    space();
    if (depth > stowage.base.Json.DEPTH_MAX) {
      throw new InvalidArgument("invalid JSON: nested too deep");
    }
    char c = peek(where);
    switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> {
        if (c != '-' && !Character.isDigit(c)) {
          throw wrong(where);
        }
        number();
      }
    }
  }

  private void object(int depth) {
    at++;
    space();
    if (peek("looking for beginning of object key string") == '}') {
      at++;
      return;
    }
    while (true) {
      space();
      if (peek("looking for beginning of object key string") != '"') {
        throw wrong("looking for beginning of object key string");
      }
      string();
      space();
      if (peek("after object key") != ':') {
        throw wrong("after object key");
      }
      at++;
      value("looking for beginning of value", depth + 1);
      if (endsWith('}', "after object key:value pair")) {
        return;
      }
    }
  }

  private void array(int depth) {
    at++;
    space();
    if (peek("looking for beginning of value") == ']') {
      at++;
      return;
    }
    while (true) {
      value("looking for beginning of value", depth + 1);
      if (endsWith(']', "after array element")) {
        return;
      }
    }
  }

  /** Takes the closing bracket or a comma. */
  private boolean endsWith(char bracket, String where) {
    space();
    char c = peek(where);
    if (c != bracket && c != ',') {
      throw wrong(where);
    }
    at++;
    return c == bracket;
  }

  private void string() {
    for (at++; peek("in string literal") != '"'; at++) {
      char c = text.charAt(at);
      if (c < ' ') {
        throw wrong("in string literal");
      }
      if (c == '\\') {
        at++;
        if ("\"\\/bfnrtu".indexOf(peek("in string escape code")) < 0) {
          throw wrong("in string escape code");
        }
      }
    }
    at++;
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++, at++) {
      String where = "in literal %s (expecting '%s')".formatted(word, word.charAt(i));
      if (peek(where) != word.charAt(i)) {
        throw wrong(where);
      }
    }
  }

  private void number() {
    if (text.charAt(at) == '-') {
      at++;
      if (!Character.isDigit(peek("in numeric literal"))) {
        throw wrong("in numeric literal");
      }
    }
    while (at < text.length() && "0123456789+-.eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek(String where) {
    if (at >= text.length()) {
      throw new InvalidArgument("invalid JSON: unexpected EOF (" + where + ")");
    }
    return text.charAt(at);
  }

  private InvalidArgument wrong(String where) {
    return new InvalidArgument(
        "invalid JSON: invalid character '%s' %s".formatted(text.charAt(at), where));
  }
}
