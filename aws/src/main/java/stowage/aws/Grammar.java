package stowage.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The parameters an action takes, as a table. An entry is a name with {@code n} for the number of a
 * list's member, then perhaps what it must be:
 *
 * <pre>
 *   Size:int   Encrypted:bool   VolumeId!          a number, true or false, any text but required
 *   OutpostArn:no               PresignedUrl:any   refused as not supported; ignored
 *   Filter.n.Value.n                               a list within a list
 * </pre>
 *
 * A parameter in no entry is refused: what it was to change would silently not be done.
 */
final class Grammar {
  /** Members of one list. */
  static final int MEMBERS_MAX = 1000;

  /** Characters of one name, and of one value. */
  static final int NAME_CHARS_MAX = 128;

  static final int VALUE_CHARS_MAX = 64 << 10;

  static final String FILTERS = "Filter.n.Name Filter.n.Value.n";
  static final String PAGE = "MaxResults:int NextToken";
  static final String TAGS =
      "TagSpecification.n.ResourceType TagSpecification.n.Tag.n.Key"
          + " TagSpecification.n.Tag.n.Value";

  private static final String OF_ALL = "Action Version DryRun:bool";
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z][A-Za-z0-9-]*(\\.([A-Za-z][A-Za-z0-9-]*|[0-9]{1,9})){0,7}");
  private static final Pattern NUMBER = Pattern.compile("(?<=\\.)[0-9]+");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

  private enum Kind {
    TEXT,
    INT,
    BOOL,
    NO,
    ANY
  }

  private boolean all;
  private final Map<String, Kind> kinds = new HashMap<>();
  private final List<String> required = new ArrayList<>();

  /** Of entries separated by spaces. */
  static Grammar of(String... tables) {
    var grammar = new Grammar();
    for (String entry : (OF_ALL + " " + String.join(" ", tables)).split(" +")) {
      grammar.add(entry);
    }
    return grammar;
  }

  /** Of an action that is refused however it is asked. */
  static Grammar anything() {
    var grammar = new Grammar();
    grammar.all = true;
    return grammar;
  }

  private void add(String entry) {
    if (entry.endsWith("!")) {
      String name = entry.substring(0, entry.length() - 1);
      kinds.put(name, Kind.TEXT);
      required.add(name);
      return;
    }
    int colon = entry.indexOf(':');
    kinds.put(
        colon < 0 ? entry : entry.substring(0, colon),
        colon < 0 ? Kind.TEXT : Kind.valueOf(entry.substring(colon + 1).toUpperCase(Locale.ROOT)));
  }

  /** The tree of {@code form}. */
  Params read(Form form) {
    var params = new Params();
    if (all) {
      return params;
    }
    for (var pair : form.pairs()) {
      if (pair.name().startsWith(SigV4.PRESIGNED_PREFIX)) {
        continue;
      }
      Kind kind = kind(pair.name());
      check(kind, pair);
      if (kind != Kind.ANY && !params.put(pair.name(), normal(kind, pair.value()))) {
        throw Refusal.malformed("The parameter %s is given more than once".formatted(pair.name()));
      }
    }
    for (String name : required) {
      boolean there = name.endsWith(".n") ? !params.texts(list(name)).isEmpty() : params.has(name);
      if (!there) {
        throw Refusal.missing(spoken(name.endsWith(".n") ? list(name) : name));
      }
    }
    return params;
  }

  private static String list(String name) {
    return name.substring(0, name.length() - ".n".length());
  }

  private Kind kind(String name) {
    if (name.length() > NAME_CHARS_MAX || !NAME.matcher(name).matches()) {
      String start = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX));
      throw new Refusal(
          "UnknownParameter", "The parameter %s is not recognized".formatted(Xml.legal(start)));
    }
    Kind kind = kinds.get(NUMBER.matcher(name).replaceAll("n"));
    if (kind == null) {
      // Structures that are not supported have an entry for their root only.
      kind = kinds.get(name.split("\\.")[0]);
      if (kind != Kind.NO && kind != Kind.ANY) {
        throw new Refusal("UnknownParameter", "The parameter %s is not recognized".formatted(name));
      }
    }
    NUMBER
        .matcher(name)
        .results()
        .forEach(
            number -> {
              int index = Integer.parseInt(number.group());
              if (index < 1 || index > MEMBERS_MAX) {
                throw Refusal.value(
                    "The parameter %s has member %d; members go from 1 to %d"
                        .formatted(name.split("\\.")[0], index, MEMBERS_MAX));
              }
            });
    return kind;
  }

  private static void check(Kind kind, Form.Pair pair) {
    String value = pair.value();
    if (value.length() > VALUE_CHARS_MAX) {
      throw Refusal.value(
          "The value of parameter %s is longer than %d characters"
              .formatted(spoken(pair.name()), VALUE_CHARS_MAX));
    }
    if (!Xml.legal(value).equals(value)) {
      throw Refusal.value(
          "The value of parameter %s has a character that XML cannot hold"
              .formatted(spoken(pair.name())));
    }
    boolean right =
        switch (kind) {
          case TEXT, ANY -> true;
          case INT -> INTEGER.matcher(value).matches() || value.isEmpty();
          case BOOL -> value.isEmpty() || isBool(value);
          case NO ->
              throw Refusal.unsupported(
                  "The parameter %s is not supported".formatted(spoken(pair.name())));
        };
    if (!right) {
      throw Refusal.value(
          "Value (%s) for parameter %s is invalid. Expected %s."
              .formatted(
                  value.length() > 100 ? value.substring(0, 100) + "..." : value,
                  spoken(pair.name()),
                  kind == Kind.INT ? "a whole number" : "true or false"));
    }
  }

  private static boolean isBool(String value) {
    return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
  }

  private static String normal(Kind kind, String value) {
    return kind == Kind.BOOL ? value.toLowerCase(Locale.ROOT) : value;
  }

  /** A parameter's name as error messages have it. */
  static String spoken(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
