package stowage.aws;

import java.util.ArrayList;
import java.util.List;

/** The parameters of a query string or a form body, in the order sent. */
record Form(List<Pair> pairs) {
  /** Parameters in one request: every list of an action, full. */
  static final int PAIRS_MAX = 10_000;

  /** One parameter, decoded. */
  record Pair(String name, String value) {}

  /** Decodes {@code a=1&b=x%20y}. */
  static Form parse(String raw) {
    var pairs = new ArrayList<Pair>();
    int from = 0;
    while (from < raw.length()) {
      int end = raw.indexOf('&', from);
      end = end < 0 ? raw.length() : end;
      if (end > from) {
        if (pairs.size() == PAIRS_MAX) {
          throw Refusal.malformed("The request has more than %d parameters".formatted(PAIRS_MAX));
        }
        pairs.add(pair(raw.substring(from, end)));
      }
      from = end + 1;
    }
    return new Form(List.copyOf(pairs));
  }

  private static Pair pair(String raw) {
    int equals = raw.indexOf('=');
    return equals < 0
        ? new Pair(Percent.decode(raw), "")
        : new Pair(
            Percent.decode(raw.substring(0, equals)), Percent.decode(raw.substring(equals + 1)));
  }

  /** The only value of {@code name}, empty if absent; twice is refused. */
  String only(String name) {
    var values = pairs.stream().filter(p -> p.name.equals(name)).map(Pair::value).toList();
    if (values.size() > 1) {
      throw Refusal.malformed("The parameter %s is given more than once".formatted(name));
    }
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** Both together. */
  Form and(Form other) {
    var all = new ArrayList<>(pairs);
    all.addAll(other.pairs);
    return new Form(List.copyOf(all));
  }
}
